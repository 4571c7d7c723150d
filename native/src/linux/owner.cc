// Who holds which socket, from the links in /proc/PID/fd.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "../posix/file.h"
#include "directory.h"
#include "host.h"
#include "space.h"

namespace sysgraph {
namespace {

using namespace owner;

/** Reads the rows of one call. */
class OwnerReader {
 public:
  OwnerReader(const Host& host, Rows& rows) : proc_(open_directory(host.proc)), rows_(rows) {}

  /** The sockets of one process; a row that says why, where they cannot be read. */
  void read(int32_t pid) {
    ReadStatus status = write(pid);
    // What a process that has just ended holds is nothing, which is not to be taken for a process without sockets.
    if (status != ReadStatus::Ok || is_empty_) status = judge(pid, status);
    if (status != ReadStatus::Ok) fail(pid, status);
  }

  /**
   * The sockets of all processes but these. One without sockets has a row too, and one that may not be looked at, so
   * that neither need be asked again; of what has no descriptor at all nothing is said.
   */
  void read_all(std::vector<int32_t> except) {
    std::sort(except.begin(), except.end());
    std::vector<int32_t> pids;
    each_entry(proc_.get(), [&](const dirent64& entry) {
      const int32_t pid = number_in(entry.d_name);
      if (pid >= 0 && !std::binary_search(except.begin(), except.end(), pid)) pids.push_back(pid);
    });
    std::sort(pids.begin(), pids.end());
    for (const int32_t pid : pids) {
      const uint32_t before = rows_.count();
      const ReadStatus status = write(pid);
      if (status == ReadStatus::Denied) fail(pid, status);
      if (status != ReadStatus::Ok || is_empty_ || rows_.count() > before) continue;
      rows_.begin(pid);
      put(rows_, SocketFds{static_cast<double>(pid), none, none});
    }
  }

 private:
  /** Whether there was any descriptor is noted. */
  ReadStatus write(int32_t pid) {
    rows_.count_read(socketFds);
    is_empty_ = true;
    const std::string folder = std::to_string(pid) + "/fd";
    const Descriptor fds(openat(proc_.get(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fds.get() < 0) return status_of(errno);
    numbers_.clear();
    const int error = each_entry(fds.get(), [&](const dirent64& entry) {
      const int32_t fd = number_in(entry.d_name);
      if (fd >= 0) numbers_.push_back(fd);
    });
    is_empty_ = numbers_.empty();
    std::sort(numbers_.begin(), numbers_.end());
    may_follow_ = true;
    for (const int32_t fd : numbers_) write(pid, fds.get(), fd);
    return may_follow_ ? status_of(error) : ReadStatus::Denied;
  }

  /** One that is closed meanwhile, or whose target is no socket, is none. To follow them takes a right of its own. */
  void write(int32_t pid, int fds, int32_t fd) {
    std::array<char, 64> target;
    const ssize_t length = readlinkat(fds, std::to_string(fd).c_str(), target.data(), target.size());
    if (length < 0 && errno == EACCES) may_follow_ = false;
    if (length <= 0) return;
    const uint64_t inode = inode_in({target.data(), static_cast<size_t>(length)}, "socket:[");
    if (inode == 0) return;
    rows_.begin(pid);
    put(rows_, SocketFds{static_cast<double>(pid), static_cast<double>(fd), static_cast<double>(inode)});
  }

  void fail(int32_t pid, ReadStatus status) {
    rows_.begin(pid);
    rows_.fail(socketFds, status);
  }

  /** A process is gone only if its stat is not there either. */
  ReadStatus judge(int32_t pid, ReadStatus status) {
    const std::string stat = std::to_string(pid) + "/stat";
    const bool stands = faccessat(proc_.get(), stat.c_str(), F_OK, 0) == 0;
    if (!stands) return ReadStatus::Gone;
    return status == ReadStatus::Gone ? ReadStatus::Absent : status;
  }

  const Descriptor proc_;
  Rows& rows_;
  std::vector<int32_t> numbers_;
  bool may_follow_ = true;
  bool is_empty_ = true;
};

}  // namespace

void read_owner(Host& host, const Request& request, Rows& rows) {
  OwnerReader reader(host, rows);
  if (request.lists()) return reader.read_all(request.keys);
  for (const int32_t pid : request.keys) reader.read(pid);
}

}  // namespace sysgraph
