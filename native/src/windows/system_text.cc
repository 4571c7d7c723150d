#include <cmath>

#include "bytes.h"
#include "system_table.h"

namespace sysgraph::system {
namespace {

constexpr double units_per_second = 1e7;
constexpr double load_interval = 5;

double seconds_at(const Bytes& bytes, size_t at) { return bytes.number<int64_t>(at) / units_per_second; }

}  // namespace

bool parse_time_of_day(std::string_view buffer, double& now, double& then) {
  const Bytes bytes(buffer);
  if (!bytes.holds(0, time_of_day_size)) return false;
  const auto boot = bytes.at<int64_t>(0);
  const auto boot_bias = bytes.at<int64_t>(32);
  const auto sleep_bias = bytes.at<int64_t>(40);
  now = static_cast<double>(boot - sleep_bias);
  then = static_cast<double>(boot - boot_bias);
  return true;
}

std::vector<CpuTimes> parse_cpus(std::string_view buffer) {
  constexpr size_t size = 48;
  const Bytes bytes(buffer);
  std::vector<CpuTimes> cpus;
  for (size_t at = 0; bytes.holds(at, size); at += size) {
    CpuTimes& cpu = cpus.emplace_back();
    cpu.idle = seconds_at(bytes, at);
    cpu.user = seconds_at(bytes, at + 16);
    cpu.dpc = seconds_at(bytes, at + 24);
    cpu.irq = seconds_at(bytes, at + 32);
    // The kernel's time has all the others in it but the user's.
    cpu.system = std::max(0.0, seconds_at(bytes, at + 8) - cpu.idle - cpu.dpc - cpu.irq);
    cpu.interrupts = bytes.number<uint32_t>(at + 40);
  }
  return cpus;
}

void add_group(std::string_view bytes, std::vector<Processor>& processors) {
  for (const CpuTimes& times : parse_cpus(bytes)) processors.push_back({static_cast<double>(processors.size()), times});
}

double count_cores(std::string_view buffer) {
  constexpr size_t head = 8;
  const Bytes bytes(buffer);
  double cores = 0;
  for (size_t at = 0; at < bytes.size(); cores++) {
    const uint32_t size = bytes.at<uint32_t>(at + 4);
    if (size < head || !bytes.holds(at, size)) return none;
    at += size;
  }
  return cores;
}

bool parse_performance(std::string_view buffer, double& ctx_switches, double& syscalls) {
  constexpr size_t least = 312;
  const Bytes bytes(buffer);
  if (!bytes.holds(0, least)) return false;
  ctx_switches = bytes.number<uint32_t>(296);
  syscalls = bytes.number<uint32_t>(308);
  return true;
}

bool parse_page_files(std::string_view buffer, double& total, double& used) {
  constexpr size_t size = 32;
  const Bytes bytes(buffer);
  total = 0;
  used = 0;
  for (size_t at = 0;;) {
    // No page file at all is no entry at all.
    if (bytes.size() == 0) return true;
    if (!bytes.holds(at, size)) return false;
    total += bytes.number<uint32_t>(at + 4);
    used += bytes.number<uint32_t>(at + 8);
    const uint32_t next = bytes.at<uint32_t>(at);
    if (next == 0) return true;
    at += next;
  }
}

double damp(double load, double waiting, double minutes) {
  const double stays = std::exp(-load_interval / (minutes * 60));
  return load * stays + waiting * (1 - stays);
}

}  // namespace sysgraph::system
