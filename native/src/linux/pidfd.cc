#include "pidfd.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "proc.h"
#include "process.h"

namespace sysgraph {
namespace {

/** struct pidfd_info as Linux 6.13 made it: newer kernels fill as much as they are given room for. */
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroup_id;
  uint32_t pid, thread_group, parent;
  uint32_t real_user, real_group, effective_user, effective_group, saved_user, saved_group, fs_user, fs_group;
  int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);

constexpr uint64_t credentials = 1u << 1;  // PIDFD_INFO_CREDS
constexpr uint64_t exit_info = 1u << 3;    // PIDFD_INFO_EXIT
constexpr unsigned long get_info = _IOWR(0xff, 11, PidfdInfo);
constexpr auto of_pidfd = static_cast<idtype_t>(3);  // P_PIDFD

/** What the kernel tells of the process, of what `wanted` names; false if not all of it. */
bool info_of(int pidfd, uint64_t wanted, PidfdInfo& info) {
  info = {};
  info.mask = wanted;
  return pidfd >= 0 && ioctl(pidfd, get_info, &info) == 0 && (info.mask & wanted) == wanted;
}

/** Of a child that has not been waited for, which it still is after this. */
std::optional<uint32_t> child_status(int pidfd) {
  siginfo_t info{};
  const int failed = waitid(of_pidfd, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG | WNOWAIT);
  if (failed != 0 || info.si_pid == 0) return {};
  const auto status = static_cast<uint32_t>(info.si_status);
  return info.si_code == CLD_EXITED ? status << 8 : status;
}

}  // namespace

int open_pidfd(int32_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

bool ids_of(int pid, process::Ids& row) {
  const Descriptor process(open_pidfd(pid));
  PidfdInfo info{};
  if (!info_of(process.get(), credentials, info)) return false;
  row.uids_real = info.real_user;
  row.uids_effective = info.effective_user;
  row.uids_saved = info.saved_user;
  row.gids_real = info.real_group;
  row.gids_effective = info.effective_group;
  row.gids_saved = info.saved_group;
  return true;
}

bool has_ended(int pidfd) {
  pollfd of{pidfd, POLLIN, 0};
  return poll(&of, 1, 0) > 0;
}

bool is_reaped(int pidfd) { return syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) != 0 && errno == ESRCH; }

std::optional<uint32_t> exit_status(int pidfd) {
  PidfdInfo info{};
  if (info_of(pidfd, exit_info, info)) return static_cast<uint32_t>(info.exit_code);
  return child_status(pidfd);
}

ReadStatus identify(const Host& host, const Target& target) {
  if (target.pid <= 0) return ReadStatus::Gone;
  ProcFiles files(host.proc);
  files.select(target.pid);
  process::StatLine row;
  const process::Units units{0, host.ticks_per_second, host.page_size};
  const ReadStatus status = files.once("stat");
  if (status != ReadStatus::Ok) return status;
  if (!process::parse_stat(files.text(), units, row)) return ReadStatus::Failed;
  return row.start_ticks == target.start_ticks && !row.is_thread ? ReadStatus::Ok : ReadStatus::Gone;
}

}  // namespace sysgraph
