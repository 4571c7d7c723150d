#include "file_table.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace sysgraph {
namespace {

/** 0 of two that have one table, 1 and 2 by an order the kernel keeps, less than 0 if it does not tell. */
long compare(int32_t a, int32_t b) { return syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0); }

bool is_told(int32_t pid) { return compare(pid, pid) == 0; }

/** By pairs, where they are few. */
bool is_alone(int32_t pid, const std::vector<int32_t>& all) {
  return is_told(pid) &&
         std::none_of(all.begin(), all.end(), [&](int32_t other) { return other != pid && compare(pid, other) == 0; });
}

/** By the kernel's order. Merging stays within its bounds whatever a process does to its table meanwhile. */
std::vector<int32_t> in_order(std::vector<int32_t> pids) {
  const auto is_before = [](int32_t a, int32_t b) { return compare(a, b) == 1; };
  std::vector<int32_t> merged(pids.size());
  for (size_t width = 1; width < pids.size(); width *= 2) {
    for (size_t from = 0; from < pids.size(); from += 2 * width) {
      const auto first = pids.begin() + static_cast<ptrdiff_t>(from);
      const auto middle = pids.begin() + static_cast<ptrdiff_t>(std::min(from + width, pids.size()));
      const auto last = pids.begin() + static_cast<ptrdiff_t>(std::min(from + 2 * width, pids.size()));
      std::merge(first, middle, middle, last, merged.begin() + static_cast<ptrdiff_t>(from), is_before);
    }
    pids.swap(merged);
  }
  return pids;
}

std::vector<int32_t> alone_in_order(const std::vector<int32_t>& all) {
  std::vector<int32_t> told;
  std::copy_if(all.begin(), all.end(), std::back_inserter(told), is_told);
  const std::vector<int32_t> sorted = in_order(std::move(told));
  std::vector<int32_t> alone;
  for (size_t at = 0; at < sorted.size(); at++) {
    const bool is_first = at == 0 || compare(sorted[at - 1], sorted[at]) != 0;
    const bool is_last = at + 1 == sorted.size() || compare(sorted[at], sorted[at + 1]) != 0;
    if (is_first && is_last) alone.push_back(sorted[at]);
  }
  std::sort(alone.begin(), alone.end());
  return alone;
}

}  // namespace

std::vector<int32_t> with_own_files(const std::vector<int32_t>& pids, const std::vector<int32_t>& all) {
  constexpr size_t few = 16;
  std::vector<int32_t> found;
  const auto keep_if = [&](auto is) { std::copy_if(pids.begin(), pids.end(), std::back_inserter(found), is); };
  if (pids.size() <= few) {
    keep_if([&](int32_t pid) { return is_alone(pid, all); });
  } else {
    const std::vector<int32_t> alone = alone_in_order(all);
    keep_if([&](int32_t pid) { return std::binary_search(alone.begin(), alone.end(), pid); });
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace sysgraph
