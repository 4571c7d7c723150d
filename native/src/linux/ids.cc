#include "ids.h"

#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../posix/file.h"

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
constexpr unsigned long get_info = _IOWR(0xff, 11, PidfdInfo);

}  // namespace

bool ids_of(int pid, process::Ids& row) {
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  PidfdInfo info{};
  info.mask = credentials;
  if (process.get() < 0 || ioctl(process.get(), get_info, &info) != 0 || (info.mask & credentials) == 0) return false;
  row.uids_real = info.real_user;
  row.uids_effective = info.effective_user;
  row.uids_saved = info.saved_user;
  row.gids_real = info.real_group;
  row.gids_effective = info.effective_group;
  row.gids_saved = info.saved_group;
  return true;
}

}  // namespace sysgraph
