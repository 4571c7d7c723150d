#pragma once
#include <string>

#include "../counters.h"
#include "../patience.h"
#include "../platform.h"
#include "../posix/users.h"

namespace sysgraph {

struct Host {
  std::string proc;
  std::string sys;
  /** What stands before a path of the host: nothing, or the root directory of the first process of a foreign proc. */
  std::string root;
  /** False if proc is not this process's own: then nothing but files may be asked. */
  bool live = true;
  double ticks_per_second = 100;
  double page_size = 4096;
  Users users;
  /** What network interfaces counted, by their number. */
  Counters<8> network_counters;
  /** For what a network driver may hold up. */
  Patience drivers{std::chrono::seconds(2)};

  /** When the host booted, in milliseconds since the epoch, to the second as the kernel tells it; none if unknown. */
  double boot_time() const;
};

/** The btime line of /proc/stat, in seconds. */
bool parse_boot_seconds(std::string_view text, double& seconds);

}  // namespace sysgraph
