#pragma once
#include <string>
#include <string_view>

#include "../gen/tables.h"

// The pure half of the readers of /proc/PID: text in, columns out.
namespace sysgraph::process {

/** What turns the kernel's units into ours. */
struct Units {
  double boot_time = none;
  double ticks_per_second = 100;
  double page_size = 4096;
  /** All the memory the host has, in bytes. */
  double memory = none;
};

/** What /proc/PID/stat tells, of whichever source it is. */
struct StatLine : Stat, State, Parent {
  /** It ends, and may have given its children away. */
  bool is_exiting = false;
  /** It is no process: threads have numbers of the same kind, under which their stat can be read too. */
  bool is_thread = false;
};

/** /proc/PID/stat. The name may hold anything, so the fields start after its last parenthesis. */
bool parse_stat(std::string_view text, const Units& units, StatLine& row);

/** When a process started, in milliseconds since the epoch. */
double create_time(double start_ticks, const Units& units);

/** /proc/PID/statm. */
bool parse_statm(std::string_view text, const Units& units, Statm& row);

/** /proc/PID/status: only at the start of a line, since the name may hold whatever looks like one. */
bool parse_status(std::string_view text, process::Status& row);

/** The ids in /proc/PID/status, by the same rule. */
bool parse_ids(std::string_view text, Ids& row);

/** /proc/PID/io. */
bool parse_io(std::string_view text, Io& row);

/** What ioprio_get(2) returns: the class in the highest three of 16 bits, the level in the lowest three. */
Ionice ionice_of(unsigned priority);

/** The arguments, each ended by a NUL, from what /proc/PID/cmdline holds. */
std::string parse_cmdline(std::string_view bytes);

}  // namespace sysgraph::process
