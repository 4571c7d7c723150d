// File systems: drives, and what is mounted in folders of them.
#include <algorithm>
#include <set>

#include "../none/nothing.h"
#include "../parse.h"
#include "host.h"
#include "mount_table.h"
#include "win32.h"

namespace sysgraph {
namespace {

using namespace mount;

struct Place {
  std::string mountpoint;
  std::string device;
  std::string fstype;
  std::string options;
  double serial = none;
  UINT type = DRIVE_UNKNOWN;

  bool is_real() const { return type == DRIVE_FIXED || type == DRIVE_REMOVABLE || type == DRIVE_CDROM; }
};

/** What takes its time where the drive is far away, or has nothing in it. */
Place look_at(const std::string& mountpoint) {
  const std::wstring path = wide_of(mountpoint);
  Place place;
  place.mountpoint = mountpoint;
  place.type = GetDriveTypeW(path.c_str());
  wchar_t volume[64];
  place.device = GetVolumeNameForVolumeMountPointW(path.c_str(), volume, 64) ? utf8_of(volume) : mountpoint;
  wchar_t fstype[64] = L"";
  DWORD serial = 0;
  DWORD flags = 0;
  const bool is_known = GetVolumeInformationW(path.c_str(), nullptr, 0, &serial, nullptr, &flags, fstype, 64) != 0;
  if (is_known) {
    place.fstype = utf8_of(fstype);
    place.serial = serial;
  }
  place.options = options_text(is_known, flags, place.type);
  return place;
}

/** The folders of a drive that other volumes are mounted in. */
void add_folders(const std::string& drive, std::vector<std::string>& all) {
  std::vector<wchar_t> folder(1024);
  const auto size = static_cast<DWORD>(folder.size());
  const Owned<HANDLE, FindVolumeMountPointClose> search(
      FindFirstVolumeMountPointW(wide_of(drive).c_str(), folder.data(), size));
  for (bool has = static_cast<bool>(search); has; has = FindNextVolumeMountPointW(search.get(), folder.data(), size))
    all.push_back(drive + utf8_of(folder.data()));
}

std::vector<std::string> list_places() {
  std::vector<wchar_t> letters(512);
  std::vector<std::string> all;
  const DWORD length = GetLogicalDriveStringsW(static_cast<DWORD>(letters.size()), letters.data());
  const size_t size = std::min<size_t>(length, letters.size()) * sizeof(wchar_t);
  for (const std::string& drive : split_drives({reinterpret_cast<const char*>(letters.data()), size})) {
    all.push_back(drive);
    // Only what is at hand: to look for folders in what is far away takes long.
    if (GetDriveTypeW(wide_of(drive).c_str()) == DRIVE_FIXED) add_folders(drive, all);
  }
  return all;
}

struct Room {
  ReadStatus status = ReadStatus::Failed;
  Usage row;
};

Room room_of(const std::string& mountpoint) {
  ULARGE_INTEGER available{};
  ULARGE_INTEGER total{};
  ULARGE_INTEGER free{};
  Room room;
  room.status =
      GetDiskFreeSpaceExW(wide_of(mountpoint).c_str(), &available, &total, &free) ? ReadStatus::Ok : last_status();
  const double used = static_cast<double>(total.QuadPart) - static_cast<double>(free.QuadPart);
  room.row.usage_total = static_cast<double>(total.QuadPart);
  room.row.usage_used = used;
  room.row.usage_free = static_cast<double>(available.QuadPart);
  room.row.usage_percent = percent_of(used, used + room.row.usage_free);
  return room;
}

/** Reads the rows of one call. */
class MountReader {
 public:
  MountReader(Host& host, Rows& rows) : host_(host), rows_(rows) {}

  void read(const Request& request) {
    const std::vector<std::string> places = list_places();
    host_.mounts.keep({places.begin(), places.end()});
    std::vector<std::string> wanted;
    for (const std::string& place : places) {
      const int32_t key = host_.mounts.key_of(place);
      const bool is_named = std::find(request.keys.begin(), request.keys.end(), key) != request.keys.end();
      if (is_named != request.lists()) wanted.push_back(place);
    }
    put_places(wanted, request.which == Which::WorthShowing);
    for (const int32_t key : request.keys) {
      if (request.lists() || host_.mounts.name_of(key)) continue;
      rows_.begin(key);
      for (const Source source : {mountinfo, usage}) rows_.fail(source, ReadStatus::Gone);
    }
  }

 private:
  void put_places(const std::vector<std::string>& places, bool real_only) {
    const auto looked = host_.drives.each<Place>(places, look_at);
    std::vector<std::string> shown;
    std::vector<Place> known;
    for (size_t i = 0; i < places.size(); i++) {
      // One that does not answer is there all the same.
      Place place = looked[i].value_or(Place{});
      if (!looked[i]) place.mountpoint = place.device = places[i];
      if (real_only && !place.is_real()) continue;
      shown.push_back(places[i]);
      known.push_back(std::move(place));
    }
    const auto rooms =
        rows_.wants(usage) ? host_.drives.each<Room>(shown, room_of) : std::vector<std::optional<Room>>(shown.size());
    for (size_t i = 0; i < shown.size(); i++) put_place(known[i], rooms[i]);
  }

  void put_place(const Place& place, const std::optional<Room>& room) {
    rows_.begin(host_.mounts.key_of(place.mountpoint));
    rows_.count_read(mountinfo);
    Mountinfo row;
    row.device = place.device;
    row.mountpoint = place.mountpoint;
    if (!place.fstype.empty()) row.fstype = place.fstype;
    row.options = place.options;
    row.device_number = place.serial;
    row.is_real = place.is_real() ? 1 : 0;
    row.is_duplicate = 0;
    row.is_reachable = 1;
    row.may_hang = place.type == DRIVE_FIXED ? 0 : 1;
    put(rows_, row);
    if (!rows_.wants(usage)) return;
    rows_.count_read(usage);
    if (room && room->status == ReadStatus::Ok) return put(rows_, room->row);
    rows_.fail(usage, room ? room->status : ReadStatus::TimedOut);
  }

  Host& host_;
  Rows& rows_;
};

}  // namespace

void read_mount(Host& host, const Request& request, Rows& rows) { MountReader(host, rows).read(request); }

double mount_at(Host& host, const std::string& path, bool follow) {
  if (follow && GetFileAttributesW(wide_of(path).c_str()) == INVALID_FILE_ATTRIBUTES) return none;
  const std::vector<std::string> places = list_places();
  const int found = mount::place_of(path, places);
  return found < 0 ? none : host.mounts.key_of(places[static_cast<size_t>(found)]);
}

}  // namespace sysgraph
