// CPUs, each by itself.
#include "cpu.h"

#include "processors.h"

namespace sysgraph {

void read_cpu(Host& host, const Request& request, Rows& rows) {
  Attributes files;
  std::vector<cpu::CpuTimes> times;
  const double clock = since_boot();
  const bool known = cpu::parse_stat(files.often(host, host.proc + "/stat"), host.ticks_per_second, times);
  const ReadStatus status = files.status() == ReadStatus::Ok ? ReadStatus::Malformed : files.status();
  rows.count_read(cpu::cpuTimes, files.reads());
  std::vector<Frequency> frequencies;
  Attributes more;
  if (rows.wants(cpu::cpuFrequency)) frequencies = read_frequencies(host, more);
  rows.count_read(cpu::cpuFrequency, more.reads());
  for (const int32_t owner : request.keys) {
    if (!known) {
      rows.begin(owner);
      rows.fail(cpu::cpuTimes, status);
    }
    for (cpu::CpuTimes& row : times) {
      row.times_clock = clock;
      rows.begin(owner);
      put(rows, row);
      for (const Frequency& of : frequencies) {
        if (of.number == row.number) put(rows, cpu::CpuFrequency{of.current, of.min, of.max});
      }
    }
  }
}

}  // namespace sysgraph
