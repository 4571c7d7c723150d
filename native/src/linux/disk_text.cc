#include "disk.h"

#include <algorithm>

#include "../parse.h"

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

/** None where the kernel has no such number. */
double device_number(double major, double minor) {
  constexpr double minors = 1 << 20;
  return minor < minors && major < 4096 ? major * minors + minor : none;
}

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
size_t name_in(const Words& words) { return words.count == 15 ? 3 : 2; }

bool take_line_of(const Words& words, IoCounters::Item& item) {
  const size_t name = name_in(words);
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

Numbers parse_numbers(std::string_view text) {
  Numbers numbers;
  std::string_view line;
  while (take_line(text, line)) {
    const Words words(line);
    double major = none;
    double minor = none;
    if (words.count < 4 || !number_of(words.at[0], major) || !number_of(words.at[1], minor)) continue;
    const double number = device_number(major, minor);
    if (is_known(number)) numbers.emplace(words.at[name_in(words)], number);
  }
  return numbers;
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
  number = device_number(major, minor);
  return is_known(number);
}

std::string head_of(std::string_view name) {
  std::string_view rest = name;
  double number = none;
  if (!starts_with(rest, "nvme")) return {};
  rest.remove_prefix(4);
  if (!take_number(rest, number) || !starts_with(rest, "c")) return {};
  std::string head(name.substr(0, name.size() - rest.size()));
  rest.remove_prefix(1);
  if (!take_number(rest, number) || !starts_with(rest, "n")) return {};
  return head.append(rest);
}

DiskKind kind_of(std::string_view name, std::string_view mapping, double scsi_type) {
  constexpr double optical = 5;
  if (starts_with(name, "dm-")) {
    if (starts_with(mapping, "CRYPT-")) return DiskKind::Crypt;
    if (starts_with(mapping, "LVM-")) return DiskKind::Lvm;
    // A part of what several ways lead to.
    if (starts_with(mapping, "part")) return DiskKind::Partition;
    return starts_with(mapping, "mpath-") || starts_with(mapping, "DMRAID-") ? DiskKind::Raid : DiskKind::Other;
  }
  if (starts_with(name, "md")) return DiskKind::Raid;
  if (starts_with(name, "loop")) return DiskKind::Loop;
  if (starts_with(name, "ram") || starts_with(name, "zram")) return DiskKind::Other;
  return scsi_type == optical || starts_with(name, "sr") ? DiskKind::Rom : DiskKind::Disk;
}

bool is_part_of(std::string_view name, std::string_view whole) {
  if (!starts_with(name, whole) || whole.empty()) return false;
  name.remove_prefix(whole.size());
  if (is_digit(whole.back()) && take(name, 'p') != "") return false;
  return !name.empty() && std::all_of(name.begin(), name.end(), is_digit);
}

bool is_counted_above(const IoSample& sample, const IoCounters::Item& item) {
  const std::string head = head_of(item.name);
  const auto is_head = [&](const IoCounters::Item& other) { return other.name == head; };
  const auto above = head.empty() ? sample.end() : std::find_if(sample.begin(), sample.end(), is_head);
  return above != sample.end() && above->values[0] + above->values[1] > 0;
}

bool is_by_itself(DiskKind kind) { return kind == DiskKind::Disk || kind == DiskKind::Rom; }

}  // namespace sysgraph::disk
