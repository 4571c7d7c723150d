#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "../posix/file.h"
#include "host.h"

namespace sysgraph {

/** The files of /proc/PID, one process after the other. */
class ProcFiles {
 public:
  explicit ProcFiles(const Host& host) : proc_(open_directory(host.proc)) {}

  void select(int pid) { pid_ = pid; }

  /** Reads /proc/PID/FILE, which the kernel makes in one piece. */
  ReadStatus once(const char* file) { return judge(file_.once(proc_.get(), path(file))); }
  /** Reads /proc/PID/FILE to its end, whatever its length. */
  ReadStatus whole(const char* file) { return judge(file_.whole(proc_.get(), path(file))); }

  std::string_view text() const { return file_.text(); }

 private:
  /** A file that is not there means a process that is gone only if its stat is not there either. */
  ReadStatus judge(ReadStatus status) {
    if (status != ReadStatus::Gone) return status;
    return faccessat(proc_.get(), path("stat"), F_OK, 0) == 0 ? ReadStatus::Absent : status;
  }

  const char* path(const char* file) {
    std::snprintf(path_, sizeof path_, "%d/%s", pid_, file);
    return path_;
  }

  const Descriptor proc_;
  FileReader file_;
  int pid_ = 0;
  char path_[64] = {};
};

}  // namespace sysgraph
