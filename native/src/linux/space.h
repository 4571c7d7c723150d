#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host.h"

namespace sysgraph {

/** A network namespace, and processes it may be reached by. */
struct Space {
  uint64_t inode = 0;
  /** The first few that are in it: one may end before it is asked. */
  std::vector<int32_t> pids;
};

/** The inode in what a link of /proc/PID/ns or /proc/PID/fd says: net:[4026531840]; 0 if it says something else. */
uint64_t inode_in(std::string_view target, std::string_view kind);

/** The namespace this process is in; 0 if that cannot be told. */
uint64_t own_space();

/** The network namespaces of all processes; those that may not be looked at are left out. */
std::vector<Space> list_spaces(Host& host);

/**
 * Enters these namespaces, one after the other, and does `work` in each; returns those that could not be entered. A
 * thread of its own does it, since a thread that was in another namespace is of no use for anything else.
 */
std::vector<Space> in_each(const Host& host, const std::vector<Space>& spaces,
                           const std::function<void(const Space&)>& work);

}  // namespace sysgraph
