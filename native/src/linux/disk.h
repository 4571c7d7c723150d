#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../counters.h"
#include "../gen/tables.h"

// The pure half of the readers of block devices.
namespace sysgraph::disk {

/** What is counted of a device, in the order of the columns of DiskIo. */
constexpr size_t io_width = 9;
using IoCounters = Counters<io_width>;
using IoSample = IoCounters::Sample;

/** /proc/diskstats, in any of the shapes it ever had. A line that has none of them is left out. */
bool parse_diskstats(std::string_view text, IoSample& sample);

/** The numbers of devices, by their names. */
using Numbers = std::map<std::string, double, std::less<>>;
Numbers parse_numbers(std::string_view text);

/** What /proc/diskstats says; no sample where it makes no sense. */
struct Statistics {
  Numbers numbers;
  std::optional<IoSample> sample;
};

/** /sys/block/NAME/stat: the same numbers, without a name. */
bool parse_stat(std::string_view text, IoCounters::Values& values);

/** "8:1", as one number. */
bool parse_number(std::string_view text, double& number);

/** What a device is, from its name, from the uuid of its mapping and from its SCSI type. */
DiskKind kind_of(std::string_view name, std::string_view mapping, double scsi_type);

/**
 * The device that one of several ways leads to: nvme0n1 of nvme0c1n1. It has no number, and nobody can open it. Empty
 * for what is no such way.
 */
std::string head_of(std::string_view name);

/** Whether a name is that of a part, as the kernel makes it of the name of the whole. */
bool is_part_of(std::string_view name, std::string_view whole);

/** Whether what was read over this way is counted where it leads to, as it is since Linux 6.4. */
bool is_counted_above(const IoSample& sample, const IoCounters::Item& item);

/** True for a kind of device whose reads and writes no other device below it has too. */
bool is_by_itself(DiskKind kind);

}  // namespace sysgraph::disk
