// Disks, by the numbers that Windows gives physical drives.
#include <algorithm>

#include "drives.h"
#include "win32.h"

namespace sysgraph {
namespace {

using namespace disk;

constexpr int32_t most_drives = 32;
constexpr double units_per_second = 1e7;

/** Without any right to its content, which is enough to ask about it. */
Handle open_drive(int32_t number) {
  const std::wstring path = L"\\\\.\\PhysicalDrive" + std::to_wstring(number);
  return Handle(CreateFileW(path.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
}

template <typename Answer>
bool ask(const Handle& drive, DWORD what, Answer& answer) {
  DWORD size = 0;
  return DeviceIoControl(drive.get(), what, nullptr, 0, &answer, sizeof answer, &size, nullptr) != 0;
}

void count(const Handle& handle, Drive& drive) {
  DISK_PERFORMANCE of{};
  drive.is_counted = ask(handle, IOCTL_DISK_PERFORMANCE, of);
  const auto number = [](const LARGE_INTEGER& value) { return static_cast<double>(value.QuadPart); };
  if (drive.is_counted)
    drive.counts = {static_cast<double>(of.ReadCount),
                    static_cast<double>(of.WriteCount),
                    number(of.BytesRead),
                    number(of.BytesWritten),
                    number(of.ReadTime) / units_per_second,
                    number(of.WriteTime) / units_per_second};
}

std::string model_of(const std::vector<char>& answer) {
  const auto* const of = reinterpret_cast<const STORAGE_DEVICE_DESCRIPTOR*>(answer.data());
  const auto text = [&](DWORD offset) {
    return offset == 0 || offset >= answer.size() ? "" : std::string(answer.data() + offset);
  };
  std::string model = text(of->VendorIdOffset) + ' ' + text(of->ProductIdOffset);
  const auto is_blank = [](char c) { return c == ' '; };
  model.erase(model.begin(), std::find_if_not(model.begin(), model.end(), is_blank));
  model.erase(std::find_if_not(model.rbegin(), model.rend(), is_blank).base(), model.end());
  return model;
}

bool ask_property(const Handle& drive, STORAGE_PROPERTY_ID id, void* answer, DWORD room) {
  STORAGE_PROPERTY_QUERY query{};
  query.PropertyId = id;
  query.QueryType = PropertyStandardQuery;
  DWORD size = 0;
  return DeviceIoControl(drive.get(), IOCTL_STORAGE_QUERY_PROPERTY, &query, sizeof query, answer, room, &size,
                         nullptr) != 0;
}

void put_properties(const Handle& drive, Rows& rows) {
  Properties row;
  DISK_GEOMETRY_EX geometry{};
  if (ask(drive, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, geometry))
    row.size = static_cast<double>(geometry.DiskSize.QuadPart);
  std::string model;
  std::vector<char> answer(4096, '\0');
  if (ask_property(drive, StorageDeviceProperty, answer.data(), static_cast<DWORD>(answer.size() - 1))) {
    model = model_of(answer);
    row.removable = reinterpret_cast<const STORAGE_DEVICE_DESCRIPTOR*>(answer.data())->RemovableMedia ? 1 : 0;
  }
  if (!model.empty()) row.model = model;
  DEVICE_SEEK_PENALTY_DESCRIPTOR seek{};
  if (ask_property(drive, StorageDeviceSeekPenaltyProperty, &seek, sizeof seek))
    row.rotational = seek.IncursSeekPenalty ? 1 : 0;
  DWORD size = 0;
  const bool is_writable =
      DeviceIoControl(drive.get(), IOCTL_DISK_IS_WRITABLE, nullptr, 0, nullptr, 0, &size, nullptr) != 0;
  if (is_writable || GetLastError() == ERROR_WRITE_PROTECT) row.read_only = is_writable ? 0 : 1;
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
      count(handle, drive);
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
