// Threads, from the table of processes; their names, from themselves.
#include "../none/nothing.h"
#include "bytes.h"
#include "ntdll.h"
#include "processes.h"

namespace sysgraph {
namespace {

using namespace thread;

/** Empty for one that has none, as most, and for one that may not be asked. */
std::string name_of(uint32_t tid) {
  const Handle thread(OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, tid));
  if (!thread) return "";
  std::string buffer;
  const LONG status = ask_growing(buffer, 256, [&](void* into, ULONG size, ULONG* needed) {
    return NtQueryInformationThread(thread.get(), thread_name, into, size, needed);
  });
  const auto base = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(buffer.data()));
  return status < 0 ? "" : Bytes(buffer, base).text(0);
}

void read(const process::Entry& entry, const process::Moment& now, Rows& rows) {
  for (const process::ThreadEntry& thread : entry.threads) {
    Task row = process::task_of(thread, now);
    const std::string name = name_of(thread.tid);
    if (!name.empty()) row.name = name;
    rows.begin(entry.pid);
    put(rows, row);
  }
}

}  // namespace

void read_thread(Host&, const Request& request, Rows& rows) {
  const process::Moment now = moment();
  const std::vector<process::Entry> table = list_processes(now);
  rows.count_read(task);
  for (const int32_t pid : request.keys) {
    const process::Entry* entry = find_process(table, pid);
    if (entry != nullptr) {
      read(*entry, now, rows);
      continue;
    }
    rows.begin(pid);
    rows.fail(task, ReadStatus::Gone);
  }
}

}  // namespace sysgraph
