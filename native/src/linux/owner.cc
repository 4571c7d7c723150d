// Who holds which socket, from the links in /proc/PID/fd.
#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "../posix/file.h"
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
    const ReadStatus status = write(pid);
    if (status == ReadStatus::Ok) return;
    rows_.begin(pid);
    rows_.fail(socketFds, status);
  }

  /** The sockets of all processes that let themselves be read. */
  void read_all() {
    std::vector<int32_t> pids;
    list_numbers(proc_.get(), ".", pids);
    for (const int32_t pid : pids) write(pid);
  }

 private:
  ReadStatus write(int32_t pid) {
    rows_.count_read(socketFds);
    const std::string folder = std::to_string(pid) + "/fd";
    const Descriptor fds(openat(proc_.get(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const ReadStatus opened = status_of(fds.get() < 0 ? errno : 0);
    if (opened != ReadStatus::Ok) return judge(pid, opened);
    numbers_.clear();
    const ReadStatus listed = list_numbers(fds.get(), ".", numbers_);
    // What a process that has just ended holds is nothing, which is not to be taken for a process without sockets.
    if (listed != ReadStatus::Ok || numbers_.empty()) return judge(pid, listed);
    may_follow_ = true;
    for (const int32_t fd : numbers_) write(pid, fds.get(), fd);
    return may_follow_ ? ReadStatus::Ok : ReadStatus::Denied;
  }

  /** One that is closed meanwhile, or whose target is no socket, is none. To follow them takes a right of its own. */
  void write(int32_t pid, int fds, int32_t fd) {
    std::array<char, 64> target{};
    const ssize_t length = readlinkat(fds, std::to_string(fd).c_str(), target.data(), target.size());
    if (length < 0 && errno == EACCES) may_follow_ = false;
    if (length <= 0) return;
    const uint64_t inode = inode_in({target.data(), static_cast<size_t>(length)}, "socket:[");
    if (inode == 0) return;
    rows_.begin(pid);
    put(rows_, SocketFds{static_cast<double>(pid), static_cast<double>(fd), static_cast<double>(inode)});
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
};

}  // namespace

void read_owner(Host& host, const Request& request, Rows& rows) {
  OwnerReader reader(host, rows);
  if (request.lists()) return reader.read_all();
  for (const int32_t pid : request.keys) reader.read(pid);
}

}  // namespace sysgraph
