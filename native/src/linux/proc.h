#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <optional>

#include "../posix/file.h"
#include "host.h"

namespace sysgraph {

/** The files of /proc/PID, one process after the other. */
class ProcFiles {
 public:
  explicit ProcFiles(const std::string& proc) : proc_(open_directory(proc)) {}

  void select(int pid) {
    path_ = std::to_string(pid);
    path_ += '/';
    folder_ = path_.size();
  }

  /** Reads /proc/PID/FILE, which the kernel makes in one piece. */
  ReadStatus once(const char* file) { return judge(file_.once(proc_.get(), path(file))); }
  /** Reads /proc/PID/FILE to its end, whatever its length. */
  ReadStatus whole(const char* file) { return judge(file_.whole(proc_.get(), path(file))); }

  /** Reads a file of it that is kept open. */
  ReadStatus once(int fd) { return file_.once(fd); }

  /** The folder of all processes, and a file in it: valid until the next one is named. */
  int folder() const { return proc_.get(); }
  const char* path(const char* file) {
    path_.resize(folder_);
    return path_.append(file).c_str();
  }

  std::string_view text() const { return file_.text(); }

  /** Where the link /proc/PID/FILE points. */
  ReadStatus link(const char* file, std::string& target) { return judge(read_link(proc_.get(), path(file), target)); }

  /** The names in /proc/PID/FOLDER that are numbers. */
  ReadStatus numbers(const char* folder, std::vector<int32_t>& numbers) {
    return judge(list_numbers(proc_.get(), path(folder), numbers));
  }

  /** What is known of the thing at /proc/PID/FILE, links followed, without asking a server that may be gone for it. */
  ReadStatus about(const char* file, unsigned what, struct statx& of) {
    const int failed = ::statx(proc_.get(), path(file), AT_STATX_DONT_SYNC, what, &of);
    return judge(status_of(failed == 0 ? 0 : errno));
  }

  /** Whether the process is still there. */
  bool stands() { return faccessat(proc_.get(), path("stat"), F_OK, 0) == 0; }

 private:
  /** A file that is not there means a process that is gone only if its stat is not there either. */
  ReadStatus judge(ReadStatus status) { return status == ReadStatus::Gone && stands() ? ReadStatus::Absent : status; }

  const Descriptor proc_;
  FileReader file_;
  std::string path_;
  /** How much of the path is the folder of the process. */
  size_t folder_ = 0;
};

/** Does for each process what may hang, in its order; none for one that the kernel did not answer for in time. */
template <typename Result>
std::vector<std::optional<Result>> each_patiently(Patience& patience, const std::vector<int32_t>& pids,
                                                  const std::string& proc, Result (*work)(ProcFiles&)) {
  std::vector<std::string> keys;
  keys.reserve(pids.size());
  for (const int32_t pid : pids) keys.push_back(std::to_string(pid));
  // A thread that hangs outlives this call, and keeps what it works with.
  return patience.each<Result>(keys, [proc, work](const std::string& key) {
    // Such a thread has one call to work for, and ends with it.
    thread_local ProcFiles files(proc);
    files.select(std::stoi(key));
    return work(files);
  });
}

}  // namespace sysgraph
