// Resource limits, from /proc/PID/limits.
#include "limit.h"

#include "proc.h"

namespace sysgraph {

void read_limit(Host& host, const Request& request, Rows& rows) {
  ProcFiles files(host.proc);
  std::vector<limit::Limits> limits;
  for (const int32_t pid : request.keys) {
    files.select(pid);
    limits.clear();
    rows.count_read(limit::limits);
    ReadStatus status = files.whole("limits");
    if (status == ReadStatus::Ok && !limit::parse(files.text(), limits)) status = ReadStatus::Malformed;
    if (status != ReadStatus::Ok) {
      rows.begin(pid);
      rows.fail(limit::limits, status);
      continue;
    }
    for (const limit::Limits& row : limits) {
      rows.begin(pid);
      put(rows, row);
    }
  }
}

}  // namespace sysgraph
