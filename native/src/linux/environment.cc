// The environment a process was started with, from /proc/PID/environ.
#include "environment.h"

#include "proc.h"

namespace sysgraph {

void read_environment(Host& host, const Request& request, Rows& rows) {
  ProcFiles files(host.proc);
  std::vector<environment::Environ> variables;
  for (const int32_t pid : request.keys) {
    files.select(pid);
    variables.clear();
    rows.count_read(environment::environ);
    const ReadStatus status = files.whole("environ");
    if (status != ReadStatus::Ok) {
      rows.begin(pid);
      rows.fail(environment::environ, status);
      continue;
    }
    environment::parse(files.text(), variables);
    for (const environment::Environ& row : variables) {
      rows.begin(pid);
      put(rows, row);
    }
  }
}

}  // namespace sysgraph
