// CPUs, each by itself.
#include "cpu.h"

#include "processors.h"

namespace sysgraph {

void read_cpu(Host& host, const Request& request, Rows& rows) {
  const auto stat = host.read_stat(request.call);
  std::vector<cpu::CpuTimes> times;
  const bool known = cpu::parse_stat(stat->text, host.ticks_per_second, times);
  const ReadStatus status = stat->status == ReadStatus::Ok ? ReadStatus::Malformed : stat->status;
  rows.count_read(cpu::cpuTimes);
  Attributes files;
  auto frequencies = std::make_shared<const std::vector<Frequency>>();
  if (rows.wants(cpu::cpuFrequency)) frequencies = read_frequencies(host, files, request.call);
  rows.count_read(cpu::cpuFrequency, files.reads());
  for (const int32_t owner : request.keys) {
    if (!known) {
      rows.begin(owner);
      rows.fail(cpu::cpuTimes, status);
    }
    for (cpu::CpuTimes& row : times) {
      row.times_clock = stat->clock;
      rows.begin(owner);
      put(rows, row);
      for (const Frequency& of : *frequencies) {
        if (of.number == row.number) put(rows, cpu::CpuFrequency{of.current, of.min, of.max});
      }
    }
  }
}

}  // namespace sysgraph
