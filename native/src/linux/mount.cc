// Mounted file systems, from /proc/PID/mountinfo, and how full they are.
#include "mount.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "../parse.h"
#include "attributes.h"
#include "host.h"

namespace sysgraph {
namespace {

using namespace mount;

/** The mounts of the host's first process where they may be seen, else our own, and what stands before their paths. */
struct Mounts {
  LastPlaces::Places places = std::make_shared<std::vector<Place>>();
  std::string root;
  ReadStatus status = ReadStatus::Ok;
};

/** Whether the first process, whose root this is, sees what we see. */
bool is_ours(const Host& host, int root) {
  struct stat theirs {};
  struct stat ours {};
  const bool known = fstat(root, &theirs) == 0 && stat("/", &ours) == 0;
  return known && theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino &&
         link_target(host.proc + "/1/ns/mnt") == link_target(host.proc + "/self/ns/mnt");
}

/** Whether to tell of the first process's mounts: of those that are not ours, if its paths can be asked. */
bool is_first(const Host& host, const std::string& root) {
  if (!host.live) return true;
  const Descriptor opened(open_directory(root));
  return opened.get() >= 0 && !is_ours(host, opened.get());
}

bool take_places(Host& host, Attributes& files, const std::string& path, Mounts& mounts) {
  const std::string_view text = files.often(host, path);
  const ReadStatus status = files.status();
  const auto places = host.mounts.of(text, [&] { return files.often(host, host.proc + "/filesystems"); });
  if (places != nullptr) mounts.places = places;
  mounts.status = places != nullptr            ? ReadStatus::Ok
                  : status == ReadStatus::Ok   ? ReadStatus::Malformed
                  : status == ReadStatus::Gone ? ReadStatus::Unsupported
                                               : status;
  return places != nullptr;
}

Mounts read_places(Host& host, Attributes& files) {
  Mounts mounts;
  const std::string root = host.proc + "/1/root";
  if (is_first(host, root) && take_places(host, files, host.proc + "/1/mountinfo", mounts)) {
    mounts.root = root;
  } else {
    take_places(host, files, host.proc + "/self/mountinfo", mounts);
  }
  return mounts;
}

/** The kernel names what it was started from by what the boot loader said, which may be no device at all. */
std::string device_of(const Host& host, const Place& place) {
  if (place.device != "/dev/root" && place.device != "rootfs") return place.device;
  const auto number = static_cast<uint64_t>(place.device_number);
  const std::string id = std::to_string(number >> 20) + ":" + std::to_string(number & ((1u << 20) - 1));
  Attributes files;
  std::string_view text = files.whole(host.sys + "/dev/block/" + id + "/uevent");
  constexpr std::string_view key = "DEVNAME=";
  std::string_view line;
  while (take_line(text, line)) {
    if (starts_with(line, key)) return "/dev/" + std::string(line.substr(key.size()));
  }
  return place.device;
}

struct Answer {
  int error = 0;
  Usage usage;
};

double known_inodes(double count, double total) { return total > 0 ? count : none; }

/** Takes the id of the mount and its path: another mount in the same place is another question. */
Answer ask_usage(const std::string& key) {
  const std::string path = key.substr(key.find(' ') + 1);
  struct statvfs fs {};
  if (statvfs(path.c_str(), &fs) != 0) return {errno, {}};
  const auto unit = static_cast<double>(fs.f_frsize);
  const auto blocks = static_cast<double>(fs.f_blocks);
  Usage row;
  row.usage_total = blocks * unit;
  row.usage_used = (blocks - static_cast<double>(fs.f_bfree)) * unit;
  row.usage_free = static_cast<double>(fs.f_bavail) * unit;
  // As df has it: of what an ordinary user may have, so that a file system that is full for them is at 100.
  row.usage_percent = percent_of(row.usage_used, row.usage_used + row.usage_free);
  const auto inodes = static_cast<double>(fs.f_files);
  row.usage_inodes_total = known_inodes(inodes, inodes);
  row.usage_inodes_free = known_inodes(static_cast<double>(fs.f_ffree), inodes);
  return {0, row};
}

/** Reads the rows of one call. */
class MountReader {
 public:
  MountReader(Host& host, Rows& rows) : host_(host), rows_(rows), mounts_(read_places(host, files_)) {}

  void read(const Request& request) {
    select(request);
    if (rows_.wants(usage)) ask();
    for (const Chosen& chosen : chosen_) write(chosen);
    rows_.count_read(mountinfo, files_.reads());
  }

 private:
  struct Chosen {
    double key;
    const Place* place;
    std::optional<Answer> answer;
    bool is_asked = false;
  };

  void select(const Request& request) {
    const auto& keys = request.keys;
    if (request.lists()) {
      for (const Place& place : *mounts_.places) {
        if (std::find(keys.begin(), keys.end(), static_cast<int32_t>(place.id)) != keys.end()) continue;
        if (request.which == Which::WorthShowing && !place.is_worth_showing()) continue;
        chosen_.push_back({place.id, &place, {}, false});
      }
      return;
    }
    for (const int32_t key : keys) {
      const auto place =
          std::find_if(mounts_.places->begin(), mounts_.places->end(), [&](auto& of) { return of.id == key; });
      chosen_.push_back({static_cast<double>(key), place == mounts_.places->end() ? nullptr : &*place, {}, false});
    }
  }

  /** Nobody asks what cannot be reached, nor what would be mounted by being asked. */
  void ask() {
    std::vector<std::string> keys;
    std::vector<Chosen*> slow;
    for (Chosen& chosen : chosen_) {
      chosen.is_asked = chosen.place != nullptr && chosen.place->is_reachable && chosen.place->fstype != "autofs";
      if (!chosen.is_asked) continue;
      rows_.count_read(usage);
      const std::string key = key_of(*chosen.place);
      if (host_.live && !chosen.place->may_hang) {
        chosen.answer = ask_usage(key);
      } else {
        keys.push_back(key);
        slow.push_back(&chosen);
      }
    }
    if (keys.empty()) return;
    const auto answers = host_.ask_mounts<Answer>(keys, ask_usage);
    for (size_t i = 0; i < slow.size(); i++) slow[i]->answer = answers[i];
  }

  std::string key_of(const Place& place) const {
    return std::to_string(static_cast<int64_t>(place.id)) + " " + mounts_.root + place.mountpoint;
  }

  void write(const Chosen& chosen) {
    rows_.begin(chosen.key);
    if (chosen.place == nullptr) {
      const ReadStatus status = mounts_.status == ReadStatus::Ok ? ReadStatus::Gone : mounts_.status;
      rows_.fail(mountinfo, status);
      rows_.fail(usage, status);
      return;
    }
    if (rows_.wants(mountinfo)) write_place(*chosen.place);
    if (rows_.wants(usage)) write_usage(chosen);
  }

  void write_place(const Place& place) {
    const std::string device = device_of(host_, place);
    Mountinfo row;
    row.device = device;
    row.mountpoint = place.mountpoint;
    row.fstype = place.fstype;
    row.options = place.options;
    row.device_number = place.device_number;
    row.is_real = place.is_real;
    row.is_duplicate = place.is_duplicate;
    row.is_reachable = place.is_reachable;
    row.may_hang = place.may_hang;
    put(rows_, row);
  }

  void write_usage(const Chosen& chosen) {
    if (!chosen.is_asked) return rows_.fail(usage, ReadStatus::Absent);
    if (!chosen.answer) return rows_.fail(usage, ReadStatus::TimedOut);
    if (chosen.answer->error != 0) return rows_.fail(usage, status_of(chosen.answer->error));
    put(rows_, chosen.answer->usage);
  }

  Host& host_;
  Rows& rows_;
  Attributes files_;
  Mounts mounts_;
  std::vector<Chosen> chosen_;
};

/** Where a path leads, links followed; empty if it leads nowhere. */
std::string resolved(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string target = real == nullptr ? std::string() : real;
  free(real);
  return target;
}

}  // namespace

void read_mount(Host& host, const Request& request, Rows& rows) { MountReader(host, rows).read(request); }

double mount_at(Host& host, const std::string& path, bool follow) {
  Attributes files;
  const Mounts mounts = read_places(host, files);
  std::string plain = plain_path(path);
  const Place* place = place_of(*mounts.places, plain);
  if (place != nullptr && follow && mounts.root.empty()) {
    // The mount stands for all paths on it: however many are asked for, one thread waits for it. What does not answer
    // is found by its letters.
    const std::string key = "path on " + std::to_string(static_cast<int64_t>(place->id));
    const auto look = [plain](const std::string&) { return resolved(plain); };
    const auto answer = host.ask_mounts<std::string>({key}, look).front();
    if (answer && answer->empty()) return none;
    if (answer) place = place_of(*mounts.places, *answer);
  }
  return place == nullptr ? none : place->id;
}

}  // namespace sysgraph
