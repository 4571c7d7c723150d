#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of CPUs.
namespace sysgraph::cpu {

/** The columns of a line "cpu" or "cpu0" in seconds; columns that an older kernel lacks were never spent. */
bool take_times(std::string_view text, double ticks_per_second, double* const (&columns)[10]);

/** /proc/stat: each CPU that is switched on. */
bool parse_stat(std::string_view text, double ticks_per_second, std::vector<CpuTimes>& rows);

/** What /proc/cpuinfo says, in any of its dialects. */
struct Info {
  std::string vendor;
  std::string model;
  /** What a board says of itself. */
  std::string machine;
  /** True in a virtual machine that says so. */
  bool has_hypervisor = false;
  /** How many CPUs it tells of, and how many cores they are; none if it does not say. */
  double logical = none;
  double physical = none;
  struct Speed {
    double number = none;
    double megahertz = none;
  };
  std::vector<Speed> speeds;
};
Info parse_info(std::string_view text);

/** "0-3,8" or "0 1 2 3 8" as numbers. */
std::vector<double> parse_list(std::string_view text);

/** /proc/PID/status: the CPUs its process may run on; empty if it does not say. */
std::vector<double> parse_allowed(std::string_view text);

/** CPUs that a quota allows: cpu.max of version 2, "200000 100000"; none where there is no bound. */
double parse_quota(std::string_view text);
double quota_of(double quota, double period);

/** /proc/PID/cgroup: the path in version 2, and in the hierarchy of version 1 that has `cpu`, with that one's name. */
struct Groups {
  std::string unified;
  std::string controllers;
  std::string path;
};
Groups parse_groups(std::string_view text);

}  // namespace sysgraph::cpu
