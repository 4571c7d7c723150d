// The system as a whole.
#include "../parse.h"
#include "adapters.h"
#include "drives.h"
#include "host.h"
#include "load.h"
#include "machine.h"
#include "ntdll.h"
#include "processors.h"

namespace sysgraph {
namespace {

using namespace system;

constexpr double units_per_second = 1e7;
constexpr double epoch = 116444736000000000;

/** Reads the row of one call. */
class SystemReader {
 public:
  SystemReader(Host& host, Rows& rows) : host_(host), rows_(rows) {}

  void read() {
    static constexpr Reader readers[] = {
        {identity, &SystemReader::read_identity}, {os, &SystemReader::read_host},
        {boot, &SystemReader::read_boot},         {stat, &SystemReader::read_stat},
        {meminfo, &SystemReader::read_memory},    {loadavg, &SystemReader::read_load},
        {cpus, &SystemReader::read_cpus},         {cores, &SystemReader::read_cores},
        {usable, &SystemReader::read_usable},     {cpuinfo, &SystemReader::read_cpuinfo},
        {frequency, &SystemReader::read_speed},   {machine, &SystemReader::read_machine},
        {swap, &SystemReader::read_swap},         {system::network, &SystemReader::read_network_total},
        {disks, &SystemReader::read_disks},
    };
    rows_.begin(0);
    for (const Reader& reader : readers) {
      if (!rows_.wants(reader.source)) continue;
      rows_.count_read(reader.source);
      (this->*reader.read)();
    }
  }

 private:
  struct Reader {
    Source source;
    void (SystemReader::*read)();
  };

  void read_identity() {
    const std::string id = registry_text(L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid");
    // As it was set when the host booted: that never changes, and no two boots are at the same time.
    const double booted = boot_time().then;
    const std::string boot_id = is_known(booted) ? std::to_string(static_cast<int64_t>(booted)) : "";
    put(rows_, Identity{text_or_none(id), text_or_none(boot_id), none, host_.is_privileged ? 1.0 : 0.0, 0,
                        static_cast<double>(GetCurrentProcessId())});
  }

  void read_host() {
    const Windows windows = describe_windows();
    Os row;
    row.hostname = windows.hostname;
    row.platform = static_cast<double>(Platform::Windows);
    row.os_name = windows.name;
    row.os_version = text_or_none(windows.version);
    row.os_kernel = windows.kernel;
    row.os_arch = windows.arch;
    put(rows_, row);
  }

  void read_boot() {
    const double booted = boot_time().now;
    if (!is_known(booted)) return rows_.fail(boot, ReadStatus::Failed);
    Boot row;
    row.boot_time = std::floor((booted - epoch) / units_per_second) * 1000;
    row.uptime = (moment().file_time - booted) / units_per_second;
    put(rows_, row);
  }

  void read_stat() {
    std::vector<Processor> processors;
    const ReadStatus status = list_processors(processors);
    if (status != ReadStatus::Ok) return rows_.fail(stat, status);
    CpuTimes sum;
    for (const Processor& each : processors) {
      sum.user += each.times.user;
      sum.system += each.times.system;
      sum.idle += each.times.idle;
      sum.irq += each.times.irq;
      sum.dpc += each.times.dpc;
      sum.interrupts += each.times.interrupts;
    }
    Stat row;
    row.cpu_times_user = sum.user;
    row.cpu_times_system = sum.system;
    row.cpu_times_idle = sum.idle;
    row.cpu_times_irq = sum.irq;
    row.cpu_times_dpc = sum.dpc;
    row.cpu_stats_interrupts = sum.interrupts;
    std::string buffer;
    if (ask_system(system_performance, buffer, 512) >= 0)
      parse_performance(buffer, row.cpu_stats_ctx_switches, row.cpu_stats_syscalls);
    row.stat_clock = since_boot();
    put(rows_, row);
  }

  /** What is free may be had at once, so it is what is available too. */
  void read_memory() {
    PERFORMANCE_INFORMATION of{};
    of.cb = sizeof of;
    if (!GetPerformanceInfo(&of, sizeof of)) return rows_.fail(meminfo, last_status());
    const auto bytes = [&](SIZE_T pages) { return static_cast<double>(pages) * static_cast<double>(of.PageSize); };
    Meminfo row;
    row.memory_total = bytes(of.PhysicalTotal);
    row.memory_free = std::min(bytes(of.PhysicalAvailable), row.memory_total);
    row.memory_available = row.memory_free;
    row.memory_used = row.memory_total - row.memory_free;
    row.memory_percent = percent_of(row.memory_used, row.memory_total);
    row.memory_cached = bytes(of.SystemCache);
    row.memory_wired = bytes(of.KernelNonpaged);
    put(rows_, row);
  }

  void read_swap() {
    std::string buffer;
    const LONG status = ask_system(system_page_file, buffer, 4096);
    double total = none;
    double used = none;
    if (status < 0) return rows_.fail(swap, status_of_nt(status));
    if (!parse_page_files(buffer, total, used)) return rows_.fail(swap, ReadStatus::Malformed);
    Swap row;
    row.swap_total = total * host_.page_size;
    row.swap_used = used * host_.page_size;
    row.swap_free = row.swap_total - row.swap_used;
    row.swap_percent = percent_of(used, total);
    put(rows_, row);
  }

  void read_network_total() {
    std::vector<Adapter> adapters;
    const ReadStatus status = count_adapters(host_, adapters);
    if (status != ReadStatus::Ok) return rows_.fail(system::network, status);
    Counters<8>::Values c{};
    for (const Adapter& each : adapters) {
      for (size_t i = 0; i < c.size(); i++) c[i] += each.counts[i];
    }
    put(rows_, system::Network{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], since_boot()});
  }

  void read_disks() {
    Disks row;
    for (const Drive& drive : list_drives(host_)) {
      if (!drive.is_counted) continue;
      const auto add = [](double& sum, double value) { sum = (is_known(sum) ? sum : 0) + value; };
      add(row.disk_io_read_count, drive.counts[0]);
      add(row.disk_io_write_count, drive.counts[1]);
      add(row.disk_io_read_bytes, drive.counts[2]);
      add(row.disk_io_write_bytes, drive.counts[3]);
      add(row.disk_io_read_time, drive.counts[4]);
      add(row.disk_io_write_time, drive.counts[5]);
    }
    // A machine may count none of its drives.
    if (!is_known(row.disk_io_read_count)) return rows_.fail(disks, ReadStatus::Unsupported);
    row.disks_clock = since_boot();
    put(rows_, row);
  }

  void read_load() {
    const Load::Averages of = host_.load.averages();
    put(rows_, Loadavg{of[0], of[1], of[2]});
  }

  void read_cpus() { put(rows_, Cpus{count_logical()}); }
  void read_cores() { put(rows_, Cores{count_physical()}); }
  void read_usable() { put(rows_, Usable{count_usable()}); }

  void read_cpuinfo() {
    constexpr const wchar_t* key = L"HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0";
    const std::string vendor = registry_text(key, L"VendorIdentifier");
    const std::string model = registry_text(key, L"ProcessorNameString");
    put(rows_, Cpuinfo{text_or_none(trimmed(vendor)), text_or_none(trimmed(model))});
  }

  void read_speed() {
    const std::vector<Speed> speeds = list_speeds();
    if (speeds.empty()) return rows_.fail(frequency, ReadStatus::Unsupported);
    Speed sum{0, 0};
    for (const Speed& each : speeds) {
      sum.current += each.current;
      sum.max += each.max;
    }
    const auto count = static_cast<double>(speeds.size());
    put(rows_, Frequency{sum.current / count, none, sum.max / count});
  }

  void read_machine() {
    const std::string name = registry_text(L"HARDWARE\\DESCRIPTION\\System\\BIOS", L"SystemProductName");
    Machine row;
    row.os_machine = text_or_none(trimmed(name));
    put(rows_, row);
  }

  static std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Host& host_;
  Rows& rows_;
};

}  // namespace

void read_system(Host& host, const Request&, Rows& rows) { SystemReader(host, rows).read(); }

}  // namespace sysgraph
