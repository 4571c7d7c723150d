// The allocator of this very process, where the C library tells of it.
#include <dlfcn.h>

#include "../platform.h"

namespace sysgraph {
namespace {

/** Not every C library has them, and the binary is to load all the same. */
template <typename Function>
Function* find(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

/** As the C library has it since 2.33. The one before it has counts of 32 bits, which gigabytes overflow. */
struct Figures {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

}  // namespace

void read_heap(Host&, const Request&, Rows& rows) {
  rows.begin(0);
  auto* const tell = find<Figures()>("mallinfo2");
  if (tell == nullptr) return rows.fail(heap::allocator, ReadStatus::Unsupported);
  rows.count_read(heap::allocator);
  const Figures figures = tell();
  heap::Allocator row;
  row.used = static_cast<double>(figures.uordblks);
  row.mmapped = static_cast<double>(figures.hblkhd);
  put(rows, row);
}

bool trim_heap() {
  auto* const trim = find<int(size_t)>("malloc_trim");
  if (trim == nullptr) return false;
  trim(0);
  return true;
}

}  // namespace sysgraph
