#pragma once
#include <string_view>

#include "../gen/tables.h"

// The pure half of the readers of memory and of what is waited for.
namespace sysgraph::system {

/** /proc/meminfo: memory and swap, and what the estimate of older kernels needs. */
struct Memory {
  Meminfo row;
  Swap swap;
  /** As the kernel tells it: `row.cached` has what the kernel itself can give back besides. */
  double cached = none;
  double active_file = none;
  double inactive_file = none;
  double reclaimable = none;
};
bool parse_meminfo(std::string_view text, Memory& memory);

/** True if the kernel does not say what is available: too old, or wrong. */
bool lacks_available(const Memory& memory);

/** What the kernel keeps for itself, in bytes, from /proc/zoneinfo; none if that does not say. */
double parse_watermark(std::string_view text, double page_size);

/** Says what is available, used and in percent, given what the kernel keeps for itself or none. */
void settle_memory(Memory& memory, double watermark);

/** Says what is used of swap; false if the kernel did not say how much there is. */
bool settle_swap(Swap& swap);

/** /proc/vmstat; false if nothing of it is there. */
bool parse_vmstat(std::string_view text, double page_size, Vmstat& row);

/** Time lost in one way: percent of three windows, and seconds. */
struct Share {
  double avg10 = none;
  double avg60 = none;
  double avg300 = none;
  double total = none;
};
struct PressureLines {
  Share some;
  Share full;
};
/** /proc/pressure/NAME. */
bool parse_pressure(std::string_view text, PressureLines& lines);

}  // namespace sysgraph::system
