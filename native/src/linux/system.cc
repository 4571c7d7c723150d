// The system as a whole, from /proc.
#include "system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "../parse.h"
#include "../posix/file.h"
#include "attributes.h"
#include "blocks.h"
#include "cpu.h"
#include "host.h"
#include "machine.h"
#include "memory.h"
#include "mount.h"
#include "network.h"
#include "processors.h"

namespace sysgraph {
namespace {

using namespace system;

/** Reads the one row of one call. */
class SystemReader {
 public:
  SystemReader(Host& host, uint64_t call, Rows& rows) : host_(host), call_(call), rows_(rows) {}

  void read() {
    rows_.begin(0);
    if (rows_.wants(identity)) read_identity();
    if (rows_.wants(os)) read_host();
    if (rows_.wants(boot)) read_boot();
    if (rows_.wants(system::stat)) read_stat();
    if (rows_.wants_any(1u << meminfo | 1u << system::swap)) read_memory();
    if (rows_.wants(vmstat)) read_vmstat();
    if (rows_.wants(pressure)) read_pressure();
    read_cpus();
    if (rows_.wants(machine)) read_hardware();
    if (rows_.wants(disks)) read_disks();
    Loadavg load;
    read_row(loadavg, "/loadavg", load, [&](auto text) { return parse_loadavg(text, load); });
    if (rows_.wants(system::network)) read_network_total();
  }

 private:
  /** What was swapped stands in the first half of it, and each line takes the kernel its time. */
  void read_vmstat() {
    constexpr size_t mostly = 2560;
    Vmstat row;
    const auto parse = [&] { return parse_vmstat(file_.text(), host_.page_size, row); };
    rows_.count_read(vmstat);
    ReadStatus status = host_.read_front(host_.proc + "/vmstat", mostly, file_);
    bool is_parsed = status == ReadStatus::Ok && parse();
    if (status == ReadStatus::Ok && !(is_known(row.swap_swapped_in) && is_known(row.swap_swapped_out))) {
      status = host_.read_often(host_.proc + "/vmstat", file_);
      is_parsed = status == ReadStatus::Ok && parse();
    }
    put_parsed(vmstat, absent_or(status), row, is_parsed);
  }

  template <typename Row, typename Parse>
  void read_row(Source source, const char* file, Row& row, Parse parse) {
    if (!rows_.wants(source)) return;
    const ReadStatus status = read_often(source, file);
    put_parsed(source, status, row, status == ReadStatus::Ok && parse(file_.text()));
  }

  template <typename Row>
  void put_parsed(Source source, ReadStatus status, const Row& row, bool is_parsed) {
    if (is_parsed) return put(rows_, row);
    rows_.fail(source, status == ReadStatus::Ok ? ReadStatus::Malformed : status);
  }

  void read_stat() {
    rows_.count_read(system::stat);
    const auto told = host_.read_stat(call_);
    Stat row;
    row.stat_clock = told->clock;
    const bool is_parsed = parse_stat(told->text, host_.ticks_per_second, row);
    put_parsed(system::stat, absent_or(told->status), row, is_parsed);
  }

  ReadStatus read_often(Source source, const char* file) {
    rows_.count_read(source);
    return absent_or(host_.read_often(host_.proc + file, file_));
  }

  /** A file of the system that is not there is a thing this kernel does not have. */
  ReadStatus read_file(Source source, const std::string& path) {
    rows_.count_read(source);
    return absent_or(file_.whole(AT_FDCWD, path.c_str()));
  }

  static ReadStatus absent_or(ReadStatus status) {
    return status == ReadStatus::Gone ? ReadStatus::Unsupported : status;
  }

  /** The first line of a file, or nothing. */
  std::string line_of(Source source, const std::string& path) {
    if (read_file(source, path) != ReadStatus::Ok) return {};
    std::string_view text = file_.text();
    return std::string(take(text, '\n'));
  }

  /** Whether the gateway may see what the kernel shows only to a process's owner. */
  bool is_privileged() {
    // CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE
    constexpr uint64_t reads_all = 1u << 1 | 1u << 2 | 1u << 19;
    uint64_t capabilities = 0;
    if (read_file(identity, "/proc/self/status") == ReadStatus::Ok) capabilities = effective_capabilities(file_.text());
    return geteuid() == 0 || (capabilities & reads_all) != 0;
  }

  /** Whether users of the host are shown no processes but their own, by how proc is mounted. */
  bool hides_processes() {
    read_file(identity, "/proc/self/mountinfo");
    return mount::hides_processes(file_.text(), host_.proc);
  }

  /** The gateway's own process id, as proc counts; none where proc does not know it. */
  double own_pid() {
    const std::string self = link_target(host_.proc + "/self");
    std::string_view text = self;
    double pid = none;
    return take_number(text, pid) && text.empty() ? pid : none;
  }

  void read_identity() {
    const std::string machine = line_of(identity, host_.root + "/etc/machine-id");
    const std::string boot_id = line_of(identity, host_.proc + "/sys/kernel/random/boot_id");
    struct stat space {};
    const bool known = ::stat((host_.proc + (host_.live ? "/self" : "/1") + "/ns/pid").c_str(), &space) == 0;
    put(rows_, Identity{text_or_none(machine), text_or_none(boot_id), known ? static_cast<double>(space.st_ino) : none,
                        static_cast<double>(is_privileged()), static_cast<double>(hides_processes()), own_pid()});
  }

  void read_host() {
    utsname name{};
    uname(&name);
    std::string release;
    for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
      if (release.empty() && read_file(os, host_.root + path) == ReadStatus::Ok) release = file_.text();
    }
    const std::string_view distribution = os_release(release, "NAME");
    Os row;
    row.hostname = name.nodename;
    row.platform = static_cast<double>(Platform::Linux);
    row.os_name = distribution.empty() ? name.sysname : distribution;
    row.os_version = text_or_none(os_release(release, "VERSION_ID"));
    row.os_kernel = name.release;
    row.os_arch = name.machine;
    put(rows_, row);
  }

  void read_boot() {
    Boot row;
    row.boot_time = host_.boot_time();
    const auto parse = [&](std::string_view text) { return parse_uptime(text, row); };
    read_row(boot, "/uptime", row, parse);
  }

  void read_network_total() {
    rows_.count_read(system::network);
    network::Counts c{};
    const ReadStatus status = absent_or(network::total(host_, c));
    if (status != ReadStatus::Ok) return rows_.fail(system::network, status);
    put(rows_, system::Network{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], since_boot()});
  }

  /** One file tells of memory and of swap. */
  void read_memory() {
    const Source source = rows_.wants(meminfo) ? meminfo : system::swap;
    ReadStatus status = read_often(source, "/meminfo");
    Memory memory;
    if (status == ReadStatus::Ok && !parse_meminfo(file_.text(), memory)) status = ReadStatus::Malformed;
    if (status != ReadStatus::Ok) {
      rows_.fail(meminfo, status);
      rows_.fail(system::swap, status);
      return;
    }
    double watermark = none;
    if (lacks_available(memory) && read_file(source, host_.proc + "/zoneinfo") == ReadStatus::Ok) {
      watermark = parse_watermark(file_.text(), host_.page_size);
    }
    settle_memory(memory, watermark);
    put(rows_, memory.row);
    if (!is_known(memory.swap.swap_total) && host_.live) ask_swap(memory.swap);
    if (settle_swap(memory.swap)) {
      put(rows_, memory.swap);
    } else {
      rows_.fail(system::swap, ReadStatus::Unsupported);
    }
  }

  /** Some containers make up a file that has no lines of swap; the kernel itself knows. */
  static void ask_swap(Swap& swap) {
    struct sysinfo told {};
    if (sysinfo(&told) != 0) return;
    swap.swap_total = static_cast<double>(told.totalswap) * told.mem_unit;
    swap.swap_free = static_cast<double>(told.freeswap) * told.mem_unit;
  }

  void read_pressure() {
    PressureLines lines[4];
    const char* const names[] = {"cpu", "memory", "io", "irq"};
    ReadStatus status = ReadStatus::Unsupported;
    for (size_t i = 0; i < 4; i++) {
      ReadStatus each = read_file(pressure, host_.proc + "/pressure/" + names[i]);
      if (each == ReadStatus::Ok && !parse_pressure(file_.text(), lines[i])) each = ReadStatus::Malformed;
      // Older kernels lack some of them: those are none, and the others stand.
      if (each == ReadStatus::Ok || status == ReadStatus::Unsupported) status = each;
    }
    if (status != ReadStatus::Ok) return rows_.fail(pressure, status);
    const auto& [cpu, memory, io, irq] = lines;
    put(rows_, Pressure{
                   cpu.some.avg10,     cpu.some.avg60,    cpu.some.avg300,   cpu.some.total,    cpu.full.avg10,
                   cpu.full.avg60,     cpu.full.avg300,   cpu.full.total,    memory.some.avg10, memory.some.avg60,
                   memory.some.avg300, memory.some.total, memory.full.avg10, memory.full.avg60, memory.full.avg300,
                   memory.full.total,  io.some.avg10,     io.some.avg60,     io.some.avg300,    io.some.total,
                   io.full.avg10,      io.full.avg60,     io.full.avg300,    io.full.total,     irq.some.avg10,
                   irq.some.avg60,     irq.some.avg300,   irq.some.total,    irq.full.avg10,    irq.full.avg60,
                   irq.full.avg300,    irq.full.total,
               });
  }

  /** Puts a row that `read` makes of small files, which are counted. */
  template <typename Read>
  void read_small(Source source, Read read) {
    if (!rows_.wants(source)) return;
    Attributes files;
    read(files);
    rows_.count_read(source, files.reads());
  }

  void read_cpus() {
    read_small(cpus, [&](Attributes& files) { put(rows_, Cpus{count_logical(host_, files)}); });
    read_small(cores, [&](Attributes& files) { put(rows_, Cores{count_physical(host_, files)}); });
    read_small(usable, [&](Attributes& files) { put(rows_, Usable{count_usable(host_, files)}); });
    read_small(frequency, [&](Attributes& files) {
      const sysgraph::Frequency mean = average(*read_frequencies(host_, files, call_));
      put(rows_, system::Frequency{mean.current, mean.min, mean.max});
    });
    if (!rows_.wants(cpuinfo)) return;
    // What it says of the first CPU will do, and what it says of hundreds takes long to make.
    rows_.count_read(cpuinfo);
    const ReadStatus status = file_.once(AT_FDCWD, (host_.proc + "/cpuinfo").c_str());
    if (status != ReadStatus::Ok) return rows_.fail(cpuinfo, absent_or(status));
    const cpu::Info info = cpu::parse_info(file_.text());
    put(rows_, Cpuinfo{text_or_none(info.vendor), text_or_none(info.model)});
  }

  void read_hardware() {
    read_small(machine, [&](Attributes& files) {
      const sysgraph::Machine found = read_machine(host_, files);
      put(rows_, system::Machine{text_or_none(found.name), text_or_none(found.virtualization)});
    });
  }

  void read_disks() {
    read_small(disks, [&](Attributes& files) {
      ReadStatus status = ReadStatus::Ok;
      const auto sum = sum_io(host_, files, call_, status);
      if (status != ReadStatus::Ok) return rows_.fail(disks, status);
      const disk::IoCounters::Values none_of_them = {none, none, none, none, none, none, none, none, none};
      const auto v = sum.value_or(none_of_them);
      put(rows_, Disks{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], since_boot()});
    });
  }

  static std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Host& host_;
  const uint64_t call_;
  Rows& rows_;
  FileReader file_;
};

}  // namespace

void read_system(Host& host, const Request& request, Rows& rows) { SystemReader(host, request.call, rows).read(); }

}  // namespace sysgraph
