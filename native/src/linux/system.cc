// The system as a whole, from /proc.
#include "system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "../parse.h"
#include "../posix/file.h"
#include "host.h"
#include "network.h"

namespace sysgraph {
namespace {

using namespace system;

/** Reads the one row of one call. */
class SystemReader {
 public:
  SystemReader(Host& host, Rows& rows) : host_(host), rows_(rows) {}

  void read() {
    rows_.begin(0);
    if (rows_.wants(identity)) read_identity();
    if (rows_.wants(os)) read_host();
    if (rows_.wants(boot)) read_boot();
    Stat cpu;
    read_row(system::stat, "/stat", cpu, [&](auto text) { return parse_stat(text, host_.ticks_per_second, cpu); });
    Meminfo memory;
    read_row(meminfo, "/meminfo", memory, [&](auto text) { return parse_meminfo(text, memory); });
    Loadavg load;
    read_row(loadavg, "/loadavg", load, [&](auto text) { return parse_loadavg(text, load); });
    if (rows_.wants(system::network)) read_network_total();
  }

 private:
  template <typename Row, typename Parse>
  void read_row(Source source, const char* file, Row& row, Parse parse) {
    if (!rows_.wants(source)) return;
    const ReadStatus status = read_file(source, host_.proc + file);
    if (status != ReadStatus::Ok) {
      rows_.fail(source, status);
    } else if (parse(file_.text())) {
      put(rows_, row);
    } else {
      rows_.fail(source, ReadStatus::Malformed);
    }
  }

  /** A file of the system that is not there is a thing this kernel does not have. */
  ReadStatus read_file(Source source, const std::string& path) {
    rows_.count_read(source);
    const ReadStatus status = file_.whole(AT_FDCWD, path.c_str());
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
    constexpr uint64_t reads_all = 1u << 2 | 1u << 19;  // CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE
    uint64_t capabilities = 0;
    if (read_file(identity, "/proc/self/status") == ReadStatus::Ok) capabilities = effective_capabilities(file_.text());
    return (capabilities & reads_all) != 0;
  }

  void read_identity() {
    const std::string machine = line_of(identity, host_.root + "/etc/machine-id");
    const std::string boot_id = line_of(identity, host_.proc + "/sys/kernel/random/boot_id");
    struct stat space {};
    const bool known = ::stat((host_.proc + (host_.live ? "/self" : "/1") + "/ns/pid").c_str(), &space) == 0;
    put(rows_, Identity{text_or_none(machine), text_or_none(boot_id), known ? static_cast<double>(space.st_ino) : none,
                        static_cast<double>(is_privileged())});
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
    const ReadStatus status = network::total(host_, c);
    if (status != ReadStatus::Ok) return rows_.fail(system::network, status);
    put(rows_, system::Network{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]});
  }

  static std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Host& host_;
  Rows& rows_;
  FileReader file_;
};

}  // namespace

void read_system(Host& host, const Request&, Rows& rows) { SystemReader(host, rows).read(); }

}  // namespace sysgraph
