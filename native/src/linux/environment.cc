// The environment a process was started with, from /proc/PID/environ.
#include "environment.h"

#include "proc.h"

namespace sysgraph {
namespace {

struct Text {
  ReadStatus status;
  std::string text;
};

/** It stands in the memory of the process, as its arguments do. */
Text read_text(ProcFiles& files) {
  const ReadStatus status = files.whole("environ");
  return {status, std::string(files.text())};
}

}  // namespace

void read_environment(Host& host, const Request& request, Rows& rows) {
  std::vector<environment::Environ> variables;
  for (const int32_t pid : request.keys) {
    rows.count_read(environment::environ);
    const auto results = each_patiently(host.arguments, {pid}, host.proc, read_text);
    const std::optional<Text>& read = results[0];
    const ReadStatus status = read ? read->status : ReadStatus::TimedOut;
    if (status != ReadStatus::Ok) {
      rows.begin(pid);
      rows.fail(environment::environ, status);
      continue;
    }
    variables.clear();
    environment::parse(read->text, variables);
    for (const environment::Environ& row : variables) {
      rows.begin(pid);
      put(rows, row);
    }
  }
}

}  // namespace sysgraph
