// Which processes there are.
#include "listing.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "host.h"

namespace sysgraph {
namespace {

/** To list a process takes the kernel as long as so many bytes of its statistics. */
constexpr size_t bytes_worth = 100;

}  // namespace

ReadStatus list_processes(const std::string& proc, std::vector<ProcessEntry>& all) {
  const ReadStatus status = list_numbers(AT_FDCWD, proc.c_str(), [&](int32_t pid, uint64_t inode) {
    all.push_back({pid, inode});
  });
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.pid < b.pid; });
  return status;
}

ReadStatus Listing::list(Host& host, std::vector<ProcessEntry>& all) {
  if (host.hides_processes) return list_processes(host.proc, all);
  const Shared last = known();
  auto now = std::make_shared<Known>();
  now->bytes = last ? last->bytes : 0;
  const bool is_worth = !last || last->all.size() * bytes_worth > last->bytes;
  if (is_worth) {
    FileReader file;
    host.read_often(host.proc + "/stat", file);
    now->births = parse_births(file.text());
    now->bytes = file.text().size();
    if (last && last->births == now->births) {
      all = last->all;
      return ReadStatus::Ok;
    }
  }
  const ReadStatus status = list_processes(host.proc, now->all);
  if (status != ReadStatus::Ok) return status;
  // Who claims that fewer were born than there are does not count them.
  if (now->births < static_cast<double>(now->all.size())) now->births = none;
  all = now->all;
  keep(now);
  return status;
}

void Listing::renew() { keep(nullptr); }

Listing::Shared Listing::known() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return known_;
}

void Listing::keep(Shared known) {
  const std::lock_guard<std::mutex> lock(mutex_);
  known_ = std::move(known);
}

}  // namespace sysgraph
