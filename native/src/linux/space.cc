#include "space.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "../parse.h"
#include "../posix/file.h"

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

}  // namespace

uint64_t inode_in(std::string_view target, std::string_view kind) {
  double inode = 0;
  if (!starts_with(target, kind)) return 0;
  target.remove_prefix(kind.size());
  return take_number(target, inode) && target == "]" ? static_cast<uint64_t>(inode) : 0;
}

uint64_t own_space() { return inode_in(link_target("/proc/thread-self/ns/net"), "net:["); }

std::vector<Space> list_spaces(const Host& host) {
  std::vector<Space> spaces;
  std::unordered_map<uint64_t, size_t> known;
  std::vector<int32_t> pids;
  list_numbers(AT_FDCWD, host.proc.c_str(), pids);
  for (const int32_t pid : pids) {
    const uint64_t inode = inode_in(link_target(path_of(host, pid)), "net:[");
    if (inode == 0) continue;
    const auto [at, is_new] = known.try_emplace(inode, spaces.size());
    if (is_new) spaces.push_back({inode, {}});
    std::vector<int32_t>& inside = spaces[at->second].pids;
    if (inside.size() < pids_kept) inside.push_back(pid);
  }
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
