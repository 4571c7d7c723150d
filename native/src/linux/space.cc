#include "space.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "../parse.h"
#include "../posix/file.h"
#include "warm.h"

namespace sysgraph {
namespace {

constexpr size_t pids_kept = 4;

std::string path_of(const Host& host, int32_t pid) { return host.proc + "/" + std::to_string(pid) + "/ns/net"; }

/** False too if the process is another one by now, in a namespace of its own. */
bool enter(const Host& host, int32_t pid, uint64_t inode) {
  const Descriptor space(open(path_of(host, pid).c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  return space.get() >= 0 && fstat(space.get(), &about) == 0 && about.st_ino == inode &&
         setns(space.get(), CLONE_NEWNET) == 0;
}

/** How long a process has run; 0 if that is not known. */
uint64_t nanoseconds_of(int32_t pid) {
  // As clock_getcpuclockid makes it, which asks the kernel whether there is such a process, as the next call does.
  const auto clock = static_cast<clockid_t>(~static_cast<uint32_t>(pid) << 3 | 2);
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

/** The clock is looked at before the link: whoever moves in between is asked again. */
Residents::Resident look(const Host& host, int proc, int32_t pid, uint64_t entry, const Residents::ByPid& before) {
  Residents::Resident now{entry, host.live ? nanoseconds_of(pid) : 0, 0};
  const auto known = before.find(pid);
  const bool has_rested = now.nanoseconds != 0 && known != before.end() && known->second.entry == entry &&
                          known->second.nanoseconds == now.nanoseconds;
  if (has_rested) return known->second;
  const std::string link = std::to_string(pid) + "/ns/net";
  std::array<char, 64> target;
  const ssize_t length = readlinkat(proc, link.c_str(), target.data(), target.size());
  now.space = length <= 0 ? 0 : inode_in({target.data(), static_cast<size_t>(length)}, "net:[");
  return now;
}

}  // namespace

uint64_t inode_in(std::string_view target, std::string_view kind) {
  double inode = 0;
  if (!starts_with(target, kind)) return 0;
  target.remove_prefix(kind.size());
  return take_number(target, inode) && target == "]" ? static_cast<uint64_t>(inode) : 0;
}

uint64_t own_space() { return inode_in(link_target("/proc/thread-self/ns/net"), "net:["); }

std::vector<Space> list_spaces(Host& host) {
  std::vector<Space> spaces;
  std::unordered_map<uint64_t, size_t> known;
  const Descriptor proc(open_directory(host.proc));
  if (proc.get() < 0) return spaces;
  const Residents::ByPid before = host.residents.take();
  Residents::ByPid now;
  // One that has ended is in no namespace, so that it may be among them.
  std::vector<ProcessEntry> processes;
  host.warm ? host.warm->listing.list(host, processes) : list_processes(host.proc, processes);
  for (const auto& [pid, entry] : processes) {
    const Residents::Resident one = look(host, proc.get(), pid, entry, before);
    now.emplace(pid, one);
    if (one.space == 0) continue;
    const auto [at, is_new] = known.try_emplace(one.space, spaces.size());
    if (is_new) spaces.push_back({one.space, {}});
    std::vector<int32_t>& inside = spaces[at->second].pids;
    if (inside.size() < pids_kept) inside.push_back(pid);
  }
  host.residents.keep(std::move(now));
  return spaces;
}

std::vector<Space> in_each(const Host& host, const std::vector<Space>& spaces,
                           const std::function<void(const Space&)>& work) {
  std::vector<Space> closed;
  std::exception_ptr thrown;
  const auto visit = [&] {
    for (const Space& space : spaces) {
      const auto enters = [&](int32_t pid) { return enter(host, pid, space.inode); };
      if (std::any_of(space.pids.begin(), space.pids.end(), enters)) {
        work(space);
      } else {
        closed.push_back(space);
      }
    }
  };
  // What is thrown there, as when the answer is wanted no more, belongs here.
  const auto guarded = [&] {
    try {
      visit();
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  if (spaces.empty()) return closed;
  try {
    std::thread(guarded).join();
  } catch (const std::system_error&) {
    return spaces;
  }
  if (thrown) std::rethrow_exception(thrown);
  return closed;
}

}  // namespace sysgraph
