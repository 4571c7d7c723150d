// The gateway's own heaps.
#include "../platform.h"
#include "win32.h"

namespace sysgraph {
namespace {

std::vector<HANDLE> list_heaps() {
  std::vector<HANDLE> heaps(GetProcessHeaps(0, nullptr) + 16);
  const DWORD count = GetProcessHeaps(static_cast<DWORD>(heaps.size()), heaps.data());
  heaps.resize(std::min<size_t>(heaps.size(), count));
  return heaps;
}

/** What is handed out of a heap, and what it has of the kernel. */
struct Room {
  double used = 0;
  double committed = 0;
};

Room room_of(HANDLE heap) {
  Room room;
  if (!HeapLock(heap)) return room;
  PROCESS_HEAP_ENTRY entry{};
  while (HeapWalk(heap, &entry)) {
    if ((entry.wFlags & PROCESS_HEAP_REGION) != 0) room.committed += entry.Region.dwCommittedSize;
    if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0) room.used += entry.cbData;
  }
  HeapUnlock(heap);
  return room;
}

/** Memory that is this process's alone, and can be written. */
double private_bytes() {
  double sum = 0;
  MEMORY_BASIC_INFORMATION of{};
  for (const char* at = nullptr; VirtualQuery(at, &of, sizeof of) != 0;
       at = static_cast<char*>(of.BaseAddress) + of.RegionSize) {
    if (of.State == MEM_COMMIT && of.Type == MEM_PRIVATE && (of.Protect & PAGE_READWRITE) != 0)
      sum += static_cast<double>(of.RegionSize);
  }
  return sum;
}

}  // namespace

void read_heap(Host&, const Request&, Rows& rows) {
  using namespace heap;
  rows.begin(0);
  rows.count_read(allocator);
  const std::vector<HANDLE> heaps = list_heaps();
  Room all;
  for (HANDLE const each : heaps) {
    const Room room = room_of(each);
    all.used += room.used;
    all.committed += room.committed;
  }
  Allocator row;
  row.used = all.used;
  row.mmapped = std::max(0.0, private_bytes() - all.committed);
  row.heap_count = static_cast<double>(heaps.size());
  put(rows, row);
}

bool trim_heap() {
  for (HANDLE const each : list_heaps()) HeapCompact(each, 0);
  return true;
}

}  // namespace sysgraph
