#include "system.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "../parse.h"

namespace sysgraph::system {
namespace {

/** Older kernels have fewer columns: what they lack was never spent. */
bool take_cpu_times(std::string_view text, double ticks_per_second, Stat& row) {
  double* const columns[] = {&row.cpu_times_user,      &row.cpu_times_nice,   &row.cpu_times_system,
                             &row.cpu_times_idle,      &row.cpu_times_iowait, &row.cpu_times_irq,
                             &row.cpu_times_softirq,   &row.cpu_times_steal,  &row.cpu_times_guest,
                             &row.cpu_times_guest_nice};
  constexpr unsigned oldest = 4;
  unsigned count = 0;
  for (double* column : columns) {
    double ticks = 0;
    if (take_number(text, ticks)) count++;
    *column = ticks / ticks_per_second;
  }
  return count >= oldest;
}

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

bool take_bytes(std::string_view text, double& value) {
  if (!take_number(text, value)) return false;
  value *= 1024;
  return true;
}

double at_least_none(double value) { return value == value ? value : 0; }

/** Inside some containers more is available than there is, or even free, and some kernels tell nothing. */
void settle_available(Meminfo& row) {
  const bool known = row.memory_available > 0;
  if (!known) row.memory_available = row.memory_free + at_least_none(row.memory_cached);
  if (row.memory_available > row.memory_total) row.memory_available = row.memory_free;
  row.memory_available = std::min(row.memory_available, row.memory_total);
}

}  // namespace

bool parse_stat(std::string_view text, double ticks_per_second, Stat& row) {
  bool has_cpu = false;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ' ');
    if (key == "cpu") has_cpu = take_cpu_times(line, ticks_per_second, row);
    if (key == "ctxt" && !take_number(line, row.cpu_stats_ctx_switches)) return false;
    if (key == "intr" && !take_number(line, row.cpu_stats_interrupts)) return false;
    if (key == "softirq" && !take_number(line, row.cpu_stats_soft_interrupts)) return false;
  }
  return has_cpu;
}

bool parse_meminfo(std::string_view text, Meminfo& row) {
  double reclaimable = 0;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    if (key == "SReclaimable" && !take_bytes(line, reclaimable)) return false;
    for (const MeminfoLine& of : meminfo_lines) {
      if (key == of.key && !take_bytes(line, row.*of.column)) return false;
    }
  }
  if (!(row.memory_total > 0) || !(row.memory_free >= 0)) return false;
  row.memory_cached += reclaimable;
  settle_available(row);
  row.memory_used = row.memory_total - row.memory_available;
  row.memory_percent = percent_of(row.memory_used, row.memory_total);
  return true;
}

bool parse_loadavg(std::string_view text, Loadavg& row) {
  return !text.empty() && text.back() == '\n' && take_decimal(text, row.load_average_one) &&
         take_decimal(text, row.load_average_five) && take_decimal(text, row.load_average_fifteen);
}

bool parse_uptime(std::string_view text, Boot& row) {
  return !text.empty() && text.back() == '\n' && take_decimal(text, row.uptime);
}

uint64_t effective_capabilities(std::string_view text) {
  std::string_view line;
  while (take_line(text, line)) {
    if (take(line, ':') != "CapEff") continue;
    skip_blanks(line);
    uint64_t mask = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), mask, 16);
    return parsed.ec == std::errc() ? mask : 0;
  }
  return 0;
}

std::string_view os_release(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    if (take(line, '=') != key) continue;
    const bool quoted =
        line.size() >= 2 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front();
    return quoted ? line.substr(1, line.size() - 2) : line;
  }
  return {};
}

}  // namespace sysgraph::system
