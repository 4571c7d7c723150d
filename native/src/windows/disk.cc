// Disks, by the numbers that Windows gives physical drives.
#include <algorithm>

#include "disk_table.h"
#include "drives.h"
#include "win32.h"

namespace sysgraph {
namespace {

using namespace disk;

constexpr int32_t most_drives = 32;

/** Without any right to its content, which is enough to ask about it. */
Handle open_drive(int32_t number) {
  const std::wstring path = L"\\\\.\\PhysicalDrive" + std::to_wstring(number);
  return Handle(CreateFileW(path.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
}

/** What a drive answers; nothing where it does not. */
std::string ask(const Handle& drive, DWORD what, const std::string& question = "") {
  std::string answer(4096, '\0');
  DWORD size = 0;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  void* const asked = question.empty() ? nullptr : const_cast<char*>(question.data());
  const bool is_told = DeviceIoControl(drive.get(), what, asked, static_cast<DWORD>(question.size()), answer.data(),
                                       static_cast<DWORD>(answer.size()), &size, nullptr) != 0;
  answer.resize(is_told ? std::min<size_t>(size, answer.size()) : 0);
  return answer;
}

std::string ask_property(const Handle& drive, STORAGE_PROPERTY_ID id) {
  STORAGE_PROPERTY_QUERY query{};
  query.PropertyId = id;
  query.QueryType = PropertyStandardQuery;
  return ask(drive, IOCTL_STORAGE_QUERY_PROPERTY, std::string(reinterpret_cast<const char*>(&query), sizeof query));
}

double is_read_only(const Handle& drive) {
  DWORD size = 0;
  if (DeviceIoControl(drive.get(), IOCTL_DISK_IS_WRITABLE, nullptr, 0, nullptr, 0, &size, nullptr)) return 0;
  return GetLastError() == ERROR_WRITE_PROTECT ? 1 : none;
}

void put_properties(const Handle& drive, Rows& rows) {
  const Descriptor of = parse_descriptor(ask_property(drive, StorageDeviceProperty));
  Properties row;
  row.size = parse_size(ask(drive, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX));
  if (!of.model.empty()) row.model = of.model;
  row.removable = of.removable;
  row.rotational = parse_seek_penalty(ask_property(drive, StorageDeviceSeekPenaltyProperty));
  row.read_only = is_read_only(drive);
  put(rows, row);
}

void put_drive(const Drive& drive, double clock, Rows& rows) {
  rows.begin(drive.number);
  Device device;
  device.name = drive.name;
  device.kind = static_cast<double>(DiskKind::Disk);
  put(rows, device);
  if (rows.wants(properties)) put_properties(open_drive(drive.number), rows);
  const auto& c = drive.counts;
  if (drive.is_counted) {
    Io row;
    row.io_read_count = c[0];
    row.io_write_count = c[1];
    row.io_read_bytes = c[2];
    row.io_write_bytes = c[3];
    row.io_read_time = c[4];
    row.io_write_time = c[5];
    row.io_clock = clock;
    put(rows, row);
  } else {
    rows.fail(io, ReadStatus::Absent);
  }
}

}  // namespace

std::vector<Drive> list_drives(Host& host) {
  std::vector<Drive> drives;
  const auto sample = host.drive_counters.take([&] {
    Counters<6>::Sample items;
    for (int32_t number = 0; number <= most_drives; number++) {
      const Handle handle = open_drive(number);
      if (!handle) continue;
      Drive& drive = drives.emplace_back();
      drive.number = number;
      drive.name = "PhysicalDrive" + std::to_string(number);
      drive.is_counted = parse_performance(ask(handle, IOCTL_DISK_PERFORMANCE), drive.counts);
      items.push_back({drive.name, drive.counts});
    }
    return std::optional(items);
  });
  for (size_t i = 0; i < drives.size(); i++) drives[i].counts = (*sample)[i].values;
  return drives;
}

void read_disk(Host& host, const Request& request, Rows& rows) {
  rows.count_read(device);
  const double clock = since_boot();
  const std::vector<Drive> drives = list_drives(host);
  const auto is_named = [&](int32_t number) {
    return std::find(request.keys.begin(), request.keys.end(), number) != request.keys.end();
  };
  for (const Drive& drive : drives) {
    if (is_named(drive.number) != request.lists()) put_drive(drive, clock, rows);
  }
  if (request.lists()) return;
  for (const int32_t key : request.keys) {
    if (std::any_of(drives.begin(), drives.end(), [&](const Drive& each) { return each.number == key; })) continue;
    rows.begin(key);
    for (const Source source : {device, properties, io}) rows.fail(source, ReadStatus::Gone);
  }
}

}  // namespace sysgraph
