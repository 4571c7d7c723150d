// The environment a process was started with, from its own memory.
#include "inside.h"
#include "peb.h"
#include "processes.h"

namespace sysgraph {
namespace {

using namespace environment;

void put_rows(int32_t pid, const std::string& block, Rows& rows) {
  for (const peb::Variable& variable : peb::split_environment(block)) {
    rows.begin(pid);
    put(rows, Environ{variable.name, variable.value});
  }
}

/** What is no program has none, which is an empty list. */
ReadStatus status_of(const process::Entry* entry, const std::optional<Inside>& read) {
  if (entry == nullptr) return ReadStatus::Gone;
  if (entry->stat.is_kernel_thread == 1) return ReadStatus::Ok;
  if (!read) return ReadStatus::TimedOut;
  return read->status == ReadStatus::Absent ? ReadStatus::Ok : read->status;
}

}  // namespace

void read_environment(Host& host, const Request& request, Rows& rows) {
  const std::vector<process::Entry> table = list_processes(moment());
  const std::vector<std::optional<Inside>> all = each_inside(host, request.keys, false, true);
  for (size_t i = 0; i < all.size(); i++) {
    const int32_t pid = request.keys[i];
    rows.count_read(environ);
    const ReadStatus status = status_of(find_process(table, pid), all[i]);
    if (status == ReadStatus::Ok) {
      if (all[i]) put_rows(pid, all[i]->environment, rows);
      continue;
    }
    rows.begin(pid);
    rows.fail(environ, status);
  }
}

}  // namespace sysgraph
