#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of /proc/PID/smaps and smaps_rollup: text in, columns out.
namespace sysgraph::smaps {

/** The line that a part of an address space starts with. */
struct Region {
  std::string_view address;
  std::string_view permissions;
  uint64_t inode = 0;
  std::string_view path;
};

/** Takes the parts of an address space, in their order; what an older kernel lacks is none. */
bool parse(std::string_view text, const std::function<void(const Region&, memory_map::Smaps&)>& take);

/** Sums up what an address space costs: the text is of all its parts, or of their sum. Of none it costs nothing. */
bool parse_footprint(std::string_view text, process::Rollup& row);

}  // namespace sysgraph::smaps
