#pragma once
#include <optional>
#include <string>
#include <vector>

#include "attributes.h"
#include "disk.h"
#include "host.h"

namespace sysgraph {

/** A block device as sysfs lists it. */
struct Block {
  /** With slashes, as the kernel tells it everywhere but in sysfs. */
  std::string name;
  /** Its directory, and that of the disk it is a part of; the same for what is no part. */
  std::string path;
  std::string whole;
  double number = none;
  bool is_part = false;
};

/** The block devices of a host, whole ones before their parts. */
std::vector<Block> list_blocks(Host& host, Attributes& files, uint64_t call);

DiskKind kind_of(const Block& block, Attributes& files);

/** What all devices counted, from /proc/diskstats or else from each of them; nothing if neither can be read. */
std::optional<disk::IoSample> read_io(Host& host, Attributes& files, uint64_t call);

/** Everything that was read and written, nothing twice; nothing if there is no disk. */
std::optional<disk::IoCounters::Values> sum_io(Host& host, Attributes& files, uint64_t call, ReadStatus& status);

}  // namespace sysgraph
