// Threads, from /proc/PID/task.
#include "proc.h"
#include "process.h"

namespace sysgraph {
namespace {

using namespace thread;

Task task_of(int32_t tid, const process::StatLine& of) {
  Task row;
  row.start_ticks = of.start_ticks;
  row.started = of.started;
  row.tid = tid;
  row.name = of.comm;
  row.status = of.status;
  row.cpu_num = of.cpu_num;
  row.cpu_times_user = of.cpu_times_user;
  row.cpu_times_system = of.cpu_times_system;
  row.cpu_times_children_user = of.cpu_times_children_user;
  row.cpu_times_children_system = of.cpu_times_children_system;
  row.cpu_times_iowait = of.cpu_times_iowait;
  row.clock = of.stat_clock;
  return row;
}

/** Reads the rows of one call. */
class ThreadReader {
 public:
  ThreadReader(const Host& host, Rows& rows) : files_(host.proc), rows_(rows) {
    units_ = {none, host.ticks_per_second, host.page_size, none};
  }

  void read(int32_t pid) {
    files_.select(pid);
    tids_.clear();
    ReadStatus status = files_.numbers("task", tids_);
    const uint32_t before = rows_.count();
    for (const int32_t tid : tids_) status = read_thread(pid, tid);
    if (rows_.count() > before) return;
    // A process has a thread as long as it is there.
    rows_.begin(pid);
    rows_.fail(task, status == ReadStatus::Ok || status == ReadStatus::Absent ? ReadStatus::Gone : status);
  }

 private:
  /** A thread that ended since the list was made is not in it. */
  ReadStatus read_thread(int32_t pid, int32_t tid) {
    rows_.count_read(task);
    process::StatLine of;
    of.stat_clock = since_boot();
    const ReadStatus status = files_.once(("task/" + std::to_string(tid) + "/stat").c_str());
    if (status != ReadStatus::Ok) return status;
    if (!process::parse_stat(files_.text(), units_, of)) return ReadStatus::Malformed;
    rows_.begin(pid);
    put(rows_, task_of(tid, of));
    return ReadStatus::Ok;
  }

  ProcFiles files_;
  Rows& rows_;
  process::Units units_;
  std::vector<int32_t> tids_;
};

}  // namespace

void read_thread(Host& host, const Request& request, Rows& rows) {
  ThreadReader reader(host, rows);
  for (const int32_t pid : request.keys) reader.read(pid);
}

}  // namespace sysgraph
