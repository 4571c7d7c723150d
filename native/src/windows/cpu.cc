// Each CPU by itself.
#include "../platform.h"
#include "host.h"
#include "processors.h"

namespace sysgraph {

void read_cpu(Host&, const Request& request, Rows& rows) {
  const double key = request.keys.empty() ? 0 : request.keys[0];
  rows.count_read(cpu::cpuTimes);
  std::vector<system::Processor> processors;
  const ReadStatus status = list_processors(processors);
  if (status != ReadStatus::Ok) {
    rows.begin(key);
    rows.fail(cpu::cpuTimes, status);
    return;
  }
  const double clock = since_boot();
  const bool wants_speed = rows.wants(cpu::cpuFrequency);
  const std::vector<Speed> speeds = wants_speed ? list_speeds() : std::vector<Speed>{};
  for (size_t i = 0; i < processors.size(); i++) {
    const auto& [number, times] = processors[i];
    cpu::CpuTimes row;
    row.number = number;
    row.times_user = times.user;
    row.times_system = times.system;
    row.times_idle = times.idle;
    row.times_irq = times.irq;
    row.times_dpc = times.dpc;
    row.times_clock = clock;
    rows.begin(key);
    put(rows, row);
    if (wants_speed)
      put(rows, i < speeds.size() ? cpu::CpuFrequency{speeds[i].current, none, speeds[i].max} : cpu::CpuFrequency{});
  }
}

}  // namespace sysgraph
