#include "memory.h"

#include <algorithm>

#include "../parse.h"

namespace sysgraph::system {
namespace {

struct MeminfoLine {
  std::string_view key;
  double Meminfo::*column;
};

constexpr MeminfoLine meminfo_lines[] = {
    {"MemTotal", &Meminfo::memory_total},
    {"MemFree", &Meminfo::memory_free},
    {"MemAvailable", &Meminfo::memory_available},
    {"Buffers", &Meminfo::memory_buffers},
    {"Cached", &Meminfo::memory_cached},
    {"Shmem", &Meminfo::memory_shared},
    {"Active", &Meminfo::memory_active},
    {"Inactive", &Meminfo::memory_inactive},
    {"Slab", &Meminfo::memory_slab},
};

struct OtherLine {
  std::string_view key;
  double Memory::*figure;
};

constexpr OtherLine other_lines[] = {
    {"Active(file)", &Memory::active_file},
    {"Inactive(file)", &Memory::inactive_file},
    {"SReclaimable", &Memory::reclaimable},
};

bool take_bytes(std::string_view text, double& value) {
  if (!take_number(text, value)) return false;
  value *= 1024;
  return true;
}

double at_least_none(double value) { return is_known(value) ? value : 0; }

/** Takes one line; false if it is one of ours and cannot be understood. */
bool take_meminfo_line(std::string_view key, std::string_view text, Memory& memory) {
  for (const MeminfoLine& of : meminfo_lines) {
    if (key == of.key) return take_bytes(text, memory.row.*of.column);
  }
  for (const OtherLine& of : other_lines) {
    if (key == of.key) return take_bytes(text, memory.*of.figure);
  }
  if (key == "SwapTotal") return take_bytes(text, memory.swap.swap_total);
  if (key == "SwapFree") return take_bytes(text, memory.swap.swap_free);
  // Kernel 2.4 had other names, and three lists of what was not used lately.
  if (key == "MemShared" && !is_known(memory.row.memory_shared)) return take_bytes(text, memory.row.memory_shared);
  if (key != "Inact_dirty" && key != "Inact_clean" && key != "Inact_laundry") return true;
  double inactive = none;
  const bool known = take_bytes(text, inactive);
  memory.row.memory_inactive = at_least_none(memory.row.memory_inactive) + inactive;
  return known;
}

/** What procps reckons with where the kernel does not: what is free or can be taken from caches, but for a reserve. */
double estimate(const Memory& memory, double watermark) {
  const double page_cache = memory.active_file + memory.inactive_file;
  const double files = page_cache - std::min(page_cache / 2, watermark);
  const double slabs = memory.reclaimable - std::min(memory.reclaimable / 2, watermark);
  const double available = std::floor(memory.row.memory_free - watermark + files + slabs);
  return is_known(available) ? std::max(0.0, available) : memory.row.memory_free + at_least_none(memory.cached);
}

}  // namespace

bool parse_meminfo(std::string_view text, Memory& memory) {
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    if (!take_meminfo_line(key, line, memory)) return false;
  }
  memory.cached = memory.row.memory_cached;
  memory.row.memory_cached += at_least_none(memory.reclaimable);
  return memory.row.memory_total > 0 && memory.row.memory_free >= 0;
}

bool lacks_available(const Memory& memory) { return !(memory.row.memory_available > 0); }

double parse_watermark(std::string_view text, double page_size) {
  double pages = none;
  std::string_view line;
  while (take_line(text, line)) {
    skip_blanks(line);
    double low = none;
    if (take(line, ' ') == "low" && take_number(line, low)) pages = at_least_none(pages) + low;
  }
  return pages * page_size;
}

/** Inside some containers more is available than there is, or even free. */
void settle_memory(Memory& memory, double watermark) {
  Meminfo& row = memory.row;
  if (lacks_available(memory)) row.memory_available = estimate(memory, watermark);
  if (row.memory_available > row.memory_total) row.memory_available = row.memory_free;
  row.memory_available = std::min(row.memory_available, row.memory_total);
  row.memory_used = row.memory_total - row.memory_available;
  row.memory_percent = percent_of(row.memory_used, row.memory_total);
}

bool settle_swap(Swap& swap) {
  if (!is_known(swap.swap_total) || !is_known(swap.swap_free)) return false;
  swap.swap_used = std::max(0.0, swap.swap_total - swap.swap_free);
  swap.swap_percent = percent_of(swap.swap_used, swap.swap_total);
  return true;
}

bool parse_vmstat(std::string_view text, double page_size, Vmstat& row) {
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ' ');
    double* const column = key == "pswpin" ? &row.swap_swapped_in : key == "pswpout" ? &row.swap_swapped_out : nullptr;
    if (column == nullptr) continue;
    if (!take_number(line, *column)) return false;
    *column *= page_size;
  }
  return is_known(row.swap_swapped_in) || is_known(row.swap_swapped_out);
}

namespace {

bool take_figure(std::string_view& line, std::string_view key, double& value) {
  skip_blanks(line);
  return take(line, '=') == key && take_decimal(line, value);
}

bool take_share(std::string_view line, Share& share) {
  if (!take_figure(line, "avg10", share.avg10) || !take_figure(line, "avg60", share.avg60)) return false;
  if (!take_figure(line, "avg300", share.avg300) || !take_figure(line, "total", share.total)) return false;
  constexpr double microseconds = 1e6;
  share.total /= microseconds;
  return true;
}

}  // namespace

bool parse_pressure(std::string_view text, PressureLines& lines) {
  PressureLines read;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ' ');
    if (key == "some" && !take_share(line, read.some)) return false;
    if (key == "full" && !take_share(line, read.full)) return false;
  }
  lines = read;
  return is_known(read.some.total) || is_known(read.full.total);
}

}  // namespace sysgraph::system
