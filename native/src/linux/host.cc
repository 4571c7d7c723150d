#include "host.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <system_error>

#include "../parse.h"
#include "../posix/file.h"
#include "warm.h"

namespace sysgraph {

std::shared_ptr<Host> open_host(const Roots& roots) {
  const Descriptor proc(open_directory(roots.proc));
  if (proc.get() < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open the proc root " + roots.proc);
  auto host = std::make_shared<Host>();
  host->proc = roots.proc;
  host->sys = roots.sys;
  host->live = link_target(roots.proc + "/self") == std::to_string(getpid());
  if (!host->live) host->root = roots.proc + "/1/root";
  if (host->live && roots.warm_bytes > 0) host->warm = std::make_shared<Warm>(static_cast<size_t>(roots.warm_bytes));
  FileReader mountinfo;
  mountinfo.whole(AT_FDCWD, "/proc/self/mountinfo");
  host->hides_processes = mount::hides_processes(mountinfo.text(), roots.proc);
  host->ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  host->page_size = static_cast<double>(sysconf(_SC_PAGESIZE));
  return host;
}

Use use_of(const Host& host) { return host.warm ? host.warm->use() : Use{}; }

bool parse_boot_seconds(std::string_view text, double& seconds) {
  std::string_view line;
  while (take_line(text, line)) {
    if (!starts_with(line, "btime ")) continue;
    line.remove_prefix(6);
    return take_number(line, seconds);
  }
  return false;
}

std::shared_ptr<const Reading> Host::read_stat(uint64_t call) {
  return stat.of(call, [this] {
    const double clock = since_boot();
    FileReader file;
    const ReadStatus status = read_often(proc + "/stat", file);
    return Reading{status, std::string(file.text()), clock};
  });
}

static double seconds_of(const timespec& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double since_boot() {
  timespec up{};
  clock_gettime(CLOCK_BOOTTIME, &up);
  return seconds_of(up);
}

/** The kernel's own btime is the same difference of two clocks; /proc/stat would cost a walk of all CPUs and
 * interrupts. */
double Host::boot_time() const {
  if (live) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return std::floor(seconds_of(now) - since_boot()) * 1000;
  }
  FileReader file;
  double seconds = none;
  const bool known =
      file.whole(AT_FDCWD, (proc + "/stat").c_str()) == ReadStatus::Ok && parse_boot_seconds(file.text(), seconds);
  return known ? seconds * 1000 : none;
}

}  // namespace sysgraph
