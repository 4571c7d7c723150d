#include "blocks.h"

#include <unistd.h>

#include <algorithm>

#include "../parse.h"
#include "directory.h"

namespace sysgraph {
namespace {

/** Sysfs has no slashes in names. */
std::string told(std::string name) {
  std::replace(name.begin(), name.end(), '!', '/');
  return name;
}

/** Lists the block devices of a host. */
class Lister {
 public:
  Lister(const Host& host, Attributes& files, const disk::Numbers& numbers)
      : files_(files), numbers_(numbers), folder_(host.sys + "/block"), wholes_(names_in(folder_)) {
    listed_ = names_in(host.sys + "/class/block");
  }

  std::vector<Block> list() {
    for (const std::string& name : wholes_) {
      const std::string path = path_of(folder_, name);
      Block block{told(name), path, path, none, false};
      // The ways to a device that is listed itself have no number, whatever is counted of them.
      if (!disk::head_of(name).empty() || !number(block)) continue;
      blocks_.push_back(block);
      list_parts(block, name);
    }
    return std::move(blocks_);
  }

 private:
  /** One file has the numbers of all; what is not in it has one of its own. */
  bool number(Block& block) {
    const auto known = numbers_.find(block.name);
    if (known == numbers_.end()) return disk::parse_number(files_.text(block.path + "/dev"), block.number);
    block.number = known->second;
    return true;
  }

  /** One folder lists whole ones and parts; without it, each whole one lists its own. */
  void list_parts(const Block& whole, const std::string& name) {
    for (const std::string& part : listed_.empty() ? names_in(whole.path) : listed_) {
      if (!disk::is_part_of(part, name) || std::binary_search(wholes_.begin(), wholes_.end(), part)) continue;
      Block block{told(part), path_of(whole.path, part), whole.path, none, true};
      if (number(block)) blocks_.push_back(block);
    }
  }

  Attributes& files_;
  const disk::Numbers& numbers_;
  const std::string folder_;
  const std::vector<std::string> wholes_;
  std::vector<std::string> listed_;
  std::vector<Block> blocks_;
};

/** What /proc/diskstats says, read once a call. */
std::shared_ptr<const disk::Statistics> read_statistics(Host& host, Attributes& files, uint64_t call) {
  return host.disk_statistics.of(call, [&] {
    disk::Statistics all;
    all.sample = host.disk_counters.take([&]() -> std::optional<disk::IoSample> {
      disk::IoSample sample;
      const std::string_view text = files.often(host, host.proc + "/diskstats");
      if (files.status() != ReadStatus::Ok) return std::nullopt;
      all.numbers = disk::parse_numbers(text);
      if (!disk::parse_diskstats(text, sample)) return std::nullopt;
      return sample;
    });
    return all;
  });
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
  const Descriptor below(open_directory(path + "/slaves"));
  // Old kernels list nothing there; what is part of another is not in that folder at all.
  if (below.get() < 0) return access(path.c_str(), F_OK) == 0;
  bool lies_on_another = false;
  each_entry(below.get(), [&](const dirent64&) { lies_on_another = true; });
  return !lies_on_another;
}

}  // namespace

std::vector<Block> list_blocks(Host& host, Attributes& files, uint64_t call) {
  return Lister(host, files, read_statistics(host, files, call)->numbers).list();
}

DiskKind kind_of(const Block& block, Attributes& files) {
  if (block.is_part) return DiskKind::Partition;
  const bool is_mapped = starts_with(block.name, "dm-");
  const DiskKind kind =
      disk::kind_of(block.name, is_mapped ? files.text(block.path + "/dm/uuid") : std::string(), none);
  // What looks like a disk may be a drive.
  return kind == DiskKind::Disk ? disk::kind_of(block.name, "", files.number(block.path + "/device/type")) : kind;
}

std::optional<disk::IoSample> read_io(Host& host, Attributes& files, uint64_t call) {
  const auto statistics = read_statistics(host, files, call);
  if (statistics->sample) return statistics->sample;
  // Listed before: whoever takes counters keeps others from it, and to list them may take them too.
  const std::vector<Block> blocks = list_blocks(host, files, call);
  return host.disk_counters.take([&] { return read_each(blocks, files); });
}

std::optional<disk::IoCounters::Values> sum_io(Host& host, Attributes& files, uint64_t call, ReadStatus& status) {
  const auto sample = read_io(host, files, call);
  status = sample ? ReadStatus::Ok : ReadStatus::Unsupported;
  if (!sample) return std::nullopt;
  std::optional<disk::IoCounters::Values> sum;
  for (const disk::IoCounters::Item& item : *sample) {
    if (disk::is_counted_above(*sample, item) || !is_whole_disk(host, item.name)) continue;
    if (!sum) sum.emplace();
    for (size_t i = 0; i < disk::io_width; i++) (*sum)[i] += item.values[i];
  }
  return sum;
}

}  // namespace sysgraph
