#pragma once
#include <string_view>

#include "../gen/tables.h"

// The pure half of the readers of the system: text in, columns out.
namespace sysgraph::system {

/** /proc/stat: all CPUs together and what they counted. */
bool parse_stat(std::string_view text, double ticks_per_second, Stat& row);

/** /proc/loadavg. */
bool parse_loadavg(std::string_view text, Loadavg& row);

/** /proc/uptime. */
bool parse_uptime(std::string_view text, Boot& row);

/** The effective capabilities in /proc/PID/status; 0 if they are not there. */
uint64_t effective_capabilities(std::string_view text);

/** The value of a key in /etc/os-release, without its quotes; empty if it is not there. */
std::string_view os_release(std::string_view text, std::string_view key);

}  // namespace sysgraph::system
