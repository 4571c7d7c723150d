#include "system.h"

#include <charconv>
#include <system_error>

#include "../parse.h"
#include "cpu.h"

namespace sysgraph::system {
bool parse_stat(std::string_view text, double ticks_per_second, Stat& row) {
  double* const columns[] = {&row.cpu_times_user,      &row.cpu_times_nice,   &row.cpu_times_system,
                             &row.cpu_times_idle,      &row.cpu_times_iowait, &row.cpu_times_irq,
                             &row.cpu_times_softirq,   &row.cpu_times_steal,  &row.cpu_times_guest,
                             &row.cpu_times_guest_nice};
  bool has_cpu = false;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ' ');
    if (key == "cpu") has_cpu = cpu::take_times(line, ticks_per_second, columns);
    if (key == "ctxt" && !take_number(line, row.cpu_stats_ctx_switches)) return false;
    if (key == "intr" && !take_number(line, row.cpu_stats_interrupts)) return false;
    if (key == "softirq" && !take_number(line, row.cpu_stats_soft_interrupts)) return false;
  }
  return has_cpu;
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
