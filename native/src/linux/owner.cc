// Who holds which socket, from the links in /proc/PID/fd.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "../posix/file.h"
#include "directory.h"
#include "file_table.h"
#include "host.h"
#include "proof.h"
#include "space.h"

namespace sysgraph {
namespace {

using namespace owner;

/** Reads the rows of one call. */
class OwnerReader {
 public:
  OwnerReader(Host& host, Rows& rows)
      : host_(host), files_(host.proc), rows_(rows), proofs_(host, files_, rows, true, true) {}

  /** The sockets of these processes; a row that says why, where they cannot be read. */
  void read(const std::vector<int32_t>& pids) {
    for (const int32_t pid : pids) all_.push_back({pid, 0});
    each([&](int32_t pid, ReadStatus status) {
      // What a process that has just ended holds is nothing, which is not to be taken for a process without sockets.
      if (status != ReadStatus::Ok || is_empty_) status = judge(pid, status);
      if (status != ReadStatus::Ok) fail(pid, status);
    });
  }

  /**
   * The sockets of all processes but these. One without sockets has a row too, and one that may not be looked at, so
   * that neither need be asked again; of what has no descriptor at all nothing is said.
   */
  void read_all(std::vector<int32_t> except) {
    std::sort(except.begin(), except.end());
    std::vector<ProcessEntry> listed;
    proofs_.list(listed);
    for (const ProcessEntry& each : listed) {
      if (!std::binary_search(except.begin(), except.end(), each.pid)) all_.push_back(each);
    }
    uint32_t before = rows_.count();
    each([&](int32_t pid, ReadStatus status) {
      const bool has_rows = rows_.count() > before;
      if (status == ReadStatus::Denied && !has_rows) fail(pid, status);
      if (status == ReadStatus::Ok && !is_empty_ && !has_rows) {
        rows_.begin(pid);
        put(rows_, SocketFds{static_cast<double>(pid), none, none});
      }
      before = rows_.count();
    });
  }

 private:
  template <typename Told>
  void each(Told told) {
    proofs_.look(all_);
    find_alone();
    for (size_t at = 0; at < all_.size(); at++) {
      const int32_t pid = all_[at].pid;
      files_.select(pid);
      proofs_.select(at, pid);
      told(pid, write(pid));
      proofs_.keep();
    }
  }

  /**
   * Who rests, and shares its table of descriptors with nobody, need not be looked at again until it runs. To find that
   * out of some takes about as many calls as to sort all by their tables; it has to be worth that.
   */
  void find_alone() {
    constexpr size_t worth = 4;
    std::vector<int32_t> resting;
    size_t descriptors = 0;
    for (const size_t at : proofs_.unknown(held_sockets)) {
      if (is_kernels(proofs_.rest_at(at))) continue;
      resting.push_back(all_[at].pid);
      descriptors += proofs_.rest_at(at)->descriptors;
    }
    if (resting.empty()) return;
    std::vector<ProcessEntry> listed;
    proofs_.list(listed);
    std::vector<int32_t> pids;
    pids.reserve(listed.size());
    for (const ProcessEntry& each : listed) pids.push_back(each.pid);
    if (descriptors * worth > pids.size()) alone_ = with_own_files(resting, pids);
  }

  /** A thread of the kernel opens nothing. */
  static bool is_kernels(const Rest* rest) { return rest != nullptr && rest->stat.is_kernel_thread == 1; }

  ReadStatus write(int32_t pid) {
    const Rest* const rest = proofs_.rest();
    is_empty_ = is_kernels(rest);
    if (is_empty_) return ReadStatus::Ok;
    if (proofs_.knows(held_sockets)) {
      for (const HeldSocket& socket : rest->sockets) put_row(pid, socket);
      return ReadStatus::Ok;
    }
    if (proofs_.wants_line()) note(pid);
    sockets_.clear();
    const ReadStatus status = find(pid);
    for (const HeldSocket& socket : sockets_) put_row(pid, socket);
    if (status == ReadStatus::Ok && !is_empty_) keep(pid);
    return status;
  }

  /** Whether it rests: only then its clock proves something the next time. */
  void note(int32_t pid) {
    process::StatLine line;
    const process::Units units{none, host_.ticks_per_second, host_.page_size};
    const ReadStatus status = proofs_.read(Kept::Stat, "stat", false);
    if (status == ReadStatus::Gone) proofs_.drop();
    if (status == ReadStatus::Ok && process::parse_stat(files_.text(), units, line)) proofs_.take(line);
    files_.select(pid);
  }

  void keep(int32_t pid) {
    const bool is_alone = std::binary_search(alone_.begin(), alone_.end(), pid);
    const Rest* const rest = proofs_.rest();
    if (!is_alone && rest != nullptr && rest->descriptors == numbers_.size()) return;
    Rest* const room = is_alone ? proofs_.room(held_sockets) : proofs_.draft();
    if (room == nullptr) return;
    if (is_alone) room->sockets = sockets_;
    room->descriptors = numbers_.size();
  }

  /** Whether there was any descriptor is noted. */
  ReadStatus find(int32_t pid) {
    rows_.count_read(socketFds);
    const std::string folder = std::to_string(pid) + "/fd";
    const Descriptor fds(openat(files_.folder(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    is_empty_ = true;
    if (fds.get() < 0) return status_of(errno);
    numbers_.clear();
    may_follow_ = true;
    is_own_ = host_.live && pid == getpid();
    const int32_t tried = try_lowest(fds.get());
    const size_t found = numbers_.size();
    const int error = each_entry(fds.get(), [&](const dirent64& entry) {
      const int32_t fd = number_in(entry.d_name);
      if (fd >= tried) numbers_.push_back(fd);
    });
    is_empty_ = numbers_.empty();
    std::sort(numbers_.begin() + static_cast<ptrdiff_t>(found), numbers_.end());
    for (size_t at = found; at < numbers_.size(); at++) take(fds.get(), numbers_[at]);
    return may_follow_ ? status_of(error) : ReadStatus::Denied;
  }

  /**
   * Descriptors mostly have the lowest numbers that there are: to follow those at once costs a fifth less than to
   * have them listed before. Up to which they were tried; the list goes on there. How many are worth it the kernel
   * tells, since Linux 6.2; that a descriptor stands in the list behind as many as its number is so in a real proc
   * alone.
   */
  int32_t try_lowest(int fds) {
    struct stat folder {};
    if (!host_.live || fstat(fds, &folder) != 0) return 0;
    const auto count = static_cast<size_t>(folder.st_size);
    const size_t most_missing = 4 + count / 8;
    int32_t next = 0;
    for (size_t missing = 0; may_follow_ && numbers_.size() < count && missing < most_missing; next++) {
      take(fds, next) ? numbers_.push_back(next) : void(missing++);
    }
    constexpr off_t dots = 2;
    if (lseek(fds, dots + next, SEEK_SET) >= 0) return next;
    numbers_.clear();
    sockets_.clear();
    return 0;
  }

  /** As `take`, of this process itself, which can look at what it has at a tenth of the cost. */
  bool take_own(int32_t fd) {
    struct stat of {};
    if (fstat(fd, &of) != 0) return errno != EBADF;
    if (S_ISSOCK(of.st_mode)) sockets_.push_back({fd, of.st_ino});
    return true;
  }

  /**
   * False where there is none. One that is closed meanwhile, or whose target is no socket, is no socket. To follow them
   * takes a right of its own.
   */
  bool take(int fds, int32_t fd) {
    if (is_own_) return take_own(fd);
    std::array<char, 64> target{};
    const ssize_t length = readlinkat(fds, std::to_string(fd).c_str(), target.data(), target.size());
    if (length < 0 && errno == EACCES) may_follow_ = false;
    if (length < 0) return errno != ENOENT;
    const uint64_t inode = inode_in({target.data(), static_cast<size_t>(length)}, "socket:[");
    if (inode != 0) sockets_.push_back({fd, inode});
    return true;
  }

  void put_row(int32_t pid, const HeldSocket& socket) {
    rows_.begin(pid);
    put(rows_, SocketFds{static_cast<double>(pid), static_cast<double>(socket.fd), static_cast<double>(socket.inode)});
  }

  void fail(int32_t pid, ReadStatus status) {
    rows_.begin(pid);
    rows_.fail(socketFds, status);
  }

  /** A process is gone only if its stat is not there either. */
  ReadStatus judge(int32_t pid, ReadStatus status) {
    const std::string stat = std::to_string(pid) + "/stat";
    const bool stands = faccessat(files_.folder(), stat.c_str(), F_OK, 0) == 0;
    if (!stands) return ReadStatus::Gone;
    return status == ReadStatus::Gone ? ReadStatus::Absent : status;
  }

  Host& host_;
  ProcFiles files_;
  Rows& rows_;
  Proofs proofs_;
  std::vector<ProcessEntry> all_;
  /** Those of them whose table of descriptors nobody else has. */
  std::vector<int32_t> alone_;
  std::vector<int32_t> numbers_;
  std::vector<HeldSocket> sockets_;
  bool may_follow_ = true;
  /** Whether these are the descriptors of this process. */
  bool is_own_ = false;
  bool is_empty_ = true;
};

}  // namespace

void read_owner(Host& host, const Request& request, Rows& rows) {
  OwnerReader reader(host, rows);
  if (request.lists()) return reader.read_all(request.keys);
  reader.read(request.keys);
}

}  // namespace sysgraph
