#include "../parse.h"
#include "disk.h"

namespace sysgraph::disk {
namespace {

constexpr size_t no_line_is_longer = 32;

/** The words of a line; the rest of one that never ends is left out. */
struct Words {
  std::string_view at[no_line_is_longer];
  size_t count = 0;

  explicit Words(std::string_view line) {
    for (skip_blanks(line); !line.empty() && count < no_line_is_longer; skip_blanks(line))
      at[count++] = take(line, ' ');
  }
};

bool number_of(std::string_view word, double& value) { return take_number(word, value) && word.empty() && value >= 0; }

/** Whatever the sectors of the device are, the kernel counts in these. */
constexpr double sector = 512;

/** The eleven numbers or more of a device: reads, merged, sectors, ms; writes, merged, sectors, ms; now, ms busy. */
bool take_long(const std::string_view* words, IoCounters::Values& values) {
  double n[10];
  for (size_t i = 0; i < 10; i++) {
    if (!number_of(words[i], n[i])) return false;
  }
  values = {n[0], n[4], n[2] * sector, n[6] * sector, n[3] / 1000, n[7] / 1000, n[9] / 1000, n[1], n[5]};
  return true;
}

/** The four numbers that old kernels had of a partition: reads, sectors, writes, sectors. */
bool take_short(const std::string_view* words, IoCounters::Values& values) {
  double n[4];
  for (size_t i = 0; i < 4; i++) {
    if (!number_of(words[i], n[i])) return false;
  }
  values = {n[0], n[2], n[1] * sector, n[3] * sector, none, none, none, none, none};
  return true;
}

/** Lines by how many words they have: 2.4 put the size before the name; 4.18 and 5.5 added numbers at the end. */
bool take_line_of(const Words& words, IoCounters::Item& item) {
  const size_t name = words.count == 15 ? 3 : 2;
  if (words.count != 7 && words.count != 14 && words.count != 15 && words.count < 18) return false;
  item.name = words.at[name];
  const std::string_view* numbers = words.at + name + 1;
  return words.count == 7 ? take_short(numbers, item.values) : take_long(numbers, item.values);
}

}  // namespace

bool parse_diskstats(std::string_view text, IoSample& sample) {
  std::string_view line;
  bool is_empty = true;
  while (take_line(text, line)) {
    IoCounters::Item item;
    is_empty = false;
    if (take_line_of(Words(line), item)) sample.push_back(item);
  }
  return text.empty() && (is_empty || !sample.empty());
}

bool parse_stat(std::string_view text, IoCounters::Values& values) {
  std::string_view line;
  if (!take_line(text, line)) return false;
  const Words words(line);
  if (words.count == 4) return take_short(words.at, values);
  return words.count >= 11 && take_long(words.at, values);
}

bool parse_number(std::string_view text, double& number) {
  double major = none;
  double minor = none;
  std::string_view rest = trimmed(text);
  if (!number_of(take(rest, ':'), major) || !number_of(rest, minor)) return false;
  constexpr double minors = 1 << 20;
  number = major * minors + minor;
  return minor < minors && major < 4096;
}

DiskKind kind_of(std::string_view name, std::string_view mapping, double scsi_type) {
  constexpr double optical = 5;
  if (starts_with(name, "dm-")) {
    if (starts_with(mapping, "CRYPT-")) return DiskKind::Crypt;
    if (starts_with(mapping, "LVM-")) return DiskKind::Lvm;
    return starts_with(mapping, "mpath-") || starts_with(mapping, "DMRAID-") ? DiskKind::Raid : DiskKind::Other;
  }
  if (starts_with(name, "md")) return DiskKind::Raid;
  if (starts_with(name, "loop")) return DiskKind::Loop;
  if (starts_with(name, "ram") || starts_with(name, "zram")) return DiskKind::Other;
  return scsi_type == optical || starts_with(name, "sr") ? DiskKind::Rom : DiskKind::Disk;
}

bool is_by_itself(DiskKind kind) { return kind == DiskKind::Disk || kind == DiskKind::Rom; }

}  // namespace sysgraph::disk
