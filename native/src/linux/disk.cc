// Block devices, from /sys/block and /proc/diskstats.
#include "disk.h"

#include <algorithm>

#include "../parse.h"
#include "blocks.h"

namespace sysgraph {
namespace {

using namespace disk;

/** Reads the rows of one call. */
class DiskReader {
 public:
  DiskReader(Host& host, uint64_t call, Rows& rows)
      : host_(host), rows_(rows), blocks_(list_blocks(host, files_, call)) {
    if (rows.wants(disk::io)) sample_ = read_io(host_, files_, call);
    clock_ = since_boot();
  }

  void read(const Request& request) {
    if (!request.lists()) {
      for (const int32_t key : request.keys) read_key(static_cast<uint32_t>(key));
    } else {
      for (const Block& block : blocks_) {
        if (!has(request.keys, block)) read_block(block);
      }
    }
    rows_.count_read(device, files_.reads());
  }

 private:
  static bool has(const std::vector<int32_t>& keys, const Block& block) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](int32_t key) { return static_cast<uint32_t>(key) == block.number; });
  }

  void read_key(double key) {
    for (const Block& block : blocks_) {
      if (block.number == key) return read_block(block);
    }
    rows_.begin(key);
    for (const Source source : {device, sequence, properties, relations, disk::io})
      rows_.fail(source, ReadStatus::Gone);
  }

  void read_block(const Block& block) {
    rows_.begin(block.number);
    if (rows_.wants(device)) read_device(block);
    if (rows_.wants(sequence)) put(rows_, Sequence{files_.number(block.whole + "/diskseq")});
    if (rows_.wants(properties)) read_properties(block);
    if (rows_.wants(relations)) read_relations(block);
    if (rows_.wants(disk::io)) read_counters(block);
  }

  void read_device(const Block& block) {
    const std::string alias = starts_with(block.name, "dm-") ? files_.text(block.path + "/dm/name") : std::string();
    Device row;
    row.name = block.name;
    row.kind = static_cast<double>(kind_of(block, files_));
    if (!alias.empty()) row.alias = alias;
    put(rows_, row);
  }

  double flag_of(const std::string& path) {
    const double value = files_.number(path);
    return is_known(value) ? static_cast<double>(value != 0) : none;
  }

  /** What is no disk of its own has the properties of its disk. */
  void read_properties(const Block& block) {
    std::string model;
    for (const char* file : {"/device/model", "/device/name"}) {
      if (model.empty()) model = files_.text(block.whole + file);
    }
    Properties row;
    row.size = files_.number(block.path + "/size") * 512;
    if (!model.empty()) row.model = model;
    row.rotational = flag_of(block.whole + "/queue/rotational");
    row.removable = flag_of(block.whole + "/removable");
    row.read_only = flag_of(block.path + "/ro");
    put(rows_, row);
  }

  void read_relations(const Block& block) {
    std::string parents = numbers_in(block.path + "/slaves");
    std::string children;
    for (const Block& other : blocks_) {
      if (block.is_part && !other.is_part && other.path == block.whole) parents += item(other);
      if (!block.is_part && other.is_part && other.whole == block.path) children += item(other);
    }
    children += numbers_in(block.path + "/holders");
    put(rows_, Relations{parents, children});
  }

  static std::string item(const Block& block) { return std::to_string(static_cast<uint64_t>(block.number)) + '\0'; }

  std::string numbers_in(const std::string& directory) {
    std::string items;
    for (std::string name : names_in(directory)) {
      std::replace(name.begin(), name.end(), '!', '/');
      for (const Block& block : blocks_) {
        if (block.name == name) items += item(block);
      }
    }
    return items;
  }

  void read_counters(const Block& block) {
    if (!sample_) return rows_.fail(disk::io, ReadStatus::Unsupported);
    for (const IoCounters::Item& item : *sample_) {
      if (item.name != block.name) continue;
      const auto& v = item.values;
      return put(rows_, Io{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], clock_});
    }
    rows_.fail(disk::io, ReadStatus::Malformed);
  }

  Host& host_;
  Rows& rows_;
  Attributes files_;
  const std::vector<Block> blocks_;
  std::optional<IoSample> sample_;
  /** When it was taken. */
  double clock_ = none;
};

}  // namespace

void read_disk(Host& host, const Request& request, Rows& rows) { DiskReader(host, request.call, rows).read(request); }

}  // namespace sysgraph
