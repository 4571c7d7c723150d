// What changes a process: signals, priorities, CPUs and limits.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <csignal>

#include "../parse.h"
#include "host.h"
#include "io_priority.h"
#include "pidfd.h"
#include "signals.h"

namespace sysgraph {
namespace {

Effect effect_of(int error) { return effect_of(status_of(error)); }

int result(long returned) { return returned < 0 ? errno : 0; }

bool is_within(double value, double least, double most) {
  return value >= least && value <= most && value == std::floor(value);
}

int set_nice(int32_t pid, const std::vector<double>& values) {
  if (!is_within(values.at(0), -20, 19)) return EINVAL;
  return result(setpriority(PRIO_PROCESS, static_cast<id_t>(pid), static_cast<int>(values[0])));
}

/** The classes have the order that the kernel numbers them in. Only two of them have levels. */
int set_io_nice(int32_t pid, const std::vector<double>& values) {
  const double io_class = values.at(0);
  const double level = values.at(1);
  if (!is_within(io_class, kIoClassNone, kIoClassIdle)) return EINVAL;
  const bool has_levels = io_class == kIoClassRealTime || io_class == kIoClassBestEffort;
  if (is_known(level) && !(has_levels && is_within(level, 0, kIoLevels - 1))) return EINVAL;
  const int data = is_known(level) ? static_cast<int>(level) : has_levels ? kIoLevelNormal : 0;
  const int priority = (static_cast<int>(io_class) << kIoClassShift) | data;
  return result(syscall(SYS_ioprio_set, kIoWhoProcess, pid, priority));
}

/** A set of CPUs, as large as any kernel's may be. */
struct CpuSet {
  static constexpr size_t bits = sizeof(unsigned long) * CHAR_BIT;
  static constexpr size_t most = size_t{1} << 16;
  std::vector<unsigned long> words = std::vector<unsigned long>(most / bits);

  void add(size_t cpu) { words[cpu / bits] |= 1ul << cpu % bits; }
  int read(int32_t pid) { return result(syscall(SYS_sched_getaffinity, pid, size(), words.data())); }
  int write(int32_t pid) const { return result(syscall(SYS_sched_setaffinity, pid, size(), words.data())); }
  size_t size() const { return words.size() * sizeof words[0]; }
};

/** The kernel leaves out what the process may not have and says nothing, as long as anything is left: that is undone.
 */
int set_affinity(int32_t pid, const std::vector<double>& values) {
  CpuSet wanted;
  for (const double cpu : values) {
    if (!is_within(cpu, 0, CpuSet::most - 1)) return EINVAL;
    wanted.add(static_cast<size_t>(cpu));
  }
  if (values.empty()) std::fill(wanted.words.begin(), wanted.words.end(), ~0ul);
  CpuSet before;
  if (const int error = before.read(pid)) return error;
  if (const int error = wanted.write(pid)) return error;
  CpuSet after;
  if (values.empty() || after.read(pid) != 0 || after.words == wanted.words) return 0;
  before.write(pid);
  return EINVAL;
}

int resource_of(double kind) {
  static constexpr struct {
    ResourceKind kind;
    int resource;
  } known[] = {
      {ResourceKind::As, RLIMIT_AS},
      {ResourceKind::Core, RLIMIT_CORE},
      {ResourceKind::Cpu, RLIMIT_CPU},
      {ResourceKind::Data, RLIMIT_DATA},
      {ResourceKind::Fsize, RLIMIT_FSIZE},
      {ResourceKind::Locks, RLIMIT_LOCKS},
      {ResourceKind::Memlock, RLIMIT_MEMLOCK},
      {ResourceKind::Msgqueue, RLIMIT_MSGQUEUE},
      {ResourceKind::Nice, RLIMIT_NICE},
      {ResourceKind::Nofile, RLIMIT_NOFILE},
      {ResourceKind::Nproc, RLIMIT_NPROC},
      {ResourceKind::Rss, RLIMIT_RSS},
      {ResourceKind::Rtprio, RLIMIT_RTPRIO},
      {ResourceKind::Rttime, RLIMIT_RTTIME},
      {ResourceKind::Sigpending, RLIMIT_SIGPENDING},
      {ResourceKind::Stack, RLIMIT_STACK},
  };
  for (const auto& each : known) {
    if (static_cast<double>(each.kind) == kind) return each.resource;
  }
  return -1;
}

/** False where it is no limit; one that is not given stays as it is. */
bool take_limit(double value, rlim_t& limit) {
  if (!is_known(value)) return true;
  if (value == std::numeric_limits<double>::infinity()) {
    limit = RLIM_INFINITY;
    return true;
  }
  if (!is_within(value, 0, 9007199254740992.0)) return false;
  limit = static_cast<rlim_t>(value);
  return true;
}

int set_limit(int32_t pid, const std::vector<double>& values) {
  const int resource = resource_of(values.at(0));
  if (resource < 0) return ENOSYS;
  rlimit limit{};
  const auto of = static_cast<__rlimit_resource>(resource);
  if (prlimit(pid, of, nullptr, &limit) != 0) return errno;
  if (!take_limit(values.at(1), limit.rlim_cur) || !take_limit(values.at(2), limit.rlim_max)) return EINVAL;
  return result(prlimit(pid, of, &limit, nullptr));
}

/** What the kernel takes by pid alone. */
int act_by_pid(int32_t pid, const Action& action) {
  switch (action.act) {
    case Act::Nice:
      return set_nice(pid, action.values);
    case Act::IoNice:
      return set_io_nice(pid, action.values);
    case Act::Affinity:
      return set_affinity(pid, action.values);
    case Act::Limit:
      return set_limit(pid, action.values);
    case Act::PriorityClass:
      return ENOSYS;
    default:
      return result(kill(pid, signal_number(action.name)));
  }
}

/** Where there are no handles, or none to be had. Everything else means that there is no such process. */
bool has_no_handle(int error) { return error == ENOSYS || error == EPERM || error == EMFILE || error == ENFILE; }

}  // namespace

Outcome act(Host& host, const Target& target, const Action& action) {
  if (!host.live) return {Effect::Unsupported, false};
  if (target.pid <= 0) return {Effect::Gone, false};
  const bool is_signal = action.act == Act::Signal;
  const int signal = is_signal ? signal_number(action.name) : 0;
  if (is_signal && signal == 0) return {Effect::Invalid, false};

  const Descriptor process(open_pidfd(target.pid));
  const bool is_held = process.get() >= 0;
  if (!is_held && !has_no_handle(errno)) return {Effect::Gone, false};
  // Only now: from here on the handle is of the process whose start was looked at.
  const ReadStatus identity = identify(host, target);
  if (identity != ReadStatus::Ok) return {effect_of(identity), is_held};
  if (is_held && is_signal)
    return {effect_of(result(syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0))), true};

  const int error = act_by_pid(target.pid, action);
  if (is_signal) return {effect_of(error), false};
  // The pid is its own until its parent has taken note of its end.
  const bool is_freed = is_held ? is_reaped(process.get()) : identify(host, target) == ReadStatus::Gone;
  if (!is_freed) return {effect_of(error), is_held};
  return {error == 0 ? Effect::Uncertain : Effect::Gone, is_held};
}

}  // namespace sysgraph
