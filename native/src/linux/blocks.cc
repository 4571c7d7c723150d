#include "blocks.h"

#include <unistd.h>

#include <algorithm>

#include "../parse.h"

namespace sysgraph {
namespace {

/** Sysfs has no slashes in names. */
std::string told(std::string name) {
  std::replace(name.begin(), name.end(), '!', '/');
  return name;
}

bool number_of(const std::string& path, Attributes& files, double& number) {
  return disk::parse_number(files.text(path + "/dev"), number);
}

void list_parts(const Block& whole, const std::string& name, Attributes& files, std::vector<Block>& blocks) {
  for (const std::string& part : names_in(whole.path)) {
    if (part == name || !starts_with(part, name)) continue;
    Block block{told(part), path_of(whole.path, part), whole.path, none, true};
    if (number_of(block.path, files, block.number)) blocks.push_back(block);
  }
}

/** Each by itself, as kernels without /proc/diskstats have it. */
std::optional<disk::IoSample> read_each(const std::vector<Block>& blocks, Attributes& files) {
  disk::IoSample sample;
  for (const Block& block : blocks) {
    disk::IoCounters::Item item{block.name, {}};
    if (disk::parse_stat(files.whole(block.path + "/stat"), item.values)) sample.push_back(item);
  }
  if (sample.empty()) return std::nullopt;
  return sample;
}

/** Whether a name is of a device that is no part of another and lies on none: this is asked every second. */
bool is_whole_disk(const Host& host, std::string name) {
  if (!disk::is_by_itself(disk::kind_of(name, "", none))) return false;
  std::replace(name.begin(), name.end(), '/', '!');
  const std::string path = host.sys + "/block/" + name;
  return access(path.c_str(), F_OK) == 0 && names_in(path + "/slaves").empty();
}

}  // namespace

std::vector<Block> list_blocks(const Host& host, Attributes& files) {
  std::vector<Block> blocks;
  const std::string directory = host.sys + "/block";
  for (const std::string& name : names_in(directory)) {
    const std::string path = path_of(directory, name);
    Block block{told(name), path, path, none, false};
    if (!number_of(path, files, block.number)) continue;
    blocks.push_back(block);
    list_parts(block, name, files, blocks);
  }
  return blocks;
}

DiskKind kind_of(const Block& block, Attributes& files) {
  if (block.is_part) return DiskKind::Partition;
  const bool is_mapped = starts_with(block.name, "dm-");
  const std::string mapping = is_mapped ? files.text(block.path + "/dm/uuid") : std::string();
  const double type = is_mapped ? none : files.number(block.path + "/device/type");
  return disk::kind_of(block.name, mapping, type);
}

std::optional<disk::IoSample> read_io(Host& host, Attributes& files) {
  return host.disk_counters.take([&]() -> std::optional<disk::IoSample> {
    disk::IoSample sample;
    const std::string_view text = files.often(host, host.proc + "/diskstats");
    if (files.status() == ReadStatus::Ok && disk::parse_diskstats(text, sample)) return sample;
    return read_each(list_blocks(host, files), files);
  });
}

std::optional<disk::IoCounters::Values> sum_io(Host& host, Attributes& files, ReadStatus& status) {
  const auto sample = read_io(host, files);
  status = sample ? ReadStatus::Ok : ReadStatus::Unsupported;
  if (!sample) return std::nullopt;
  std::optional<disk::IoCounters::Values> sum;
  for (const disk::IoCounters::Item& item : *sample) {
    if (!is_whole_disk(host, item.name)) continue;
    if (!sum) sum.emplace();
    for (size_t i = 0; i < disk::io_width; i++) (*sum)[i] += item.values[i];
  }
  return sum;
}

}  // namespace sysgraph
