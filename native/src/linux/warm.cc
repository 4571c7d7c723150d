#include "warm.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>

namespace sysgraph {
namespace {

/** What a process itself and its place in a table take, besides what was read of it. */
constexpr size_t entry_bytes = sizeof(Kept) + 64;
/** The share of the descriptors this process may have that is kept for files of processes. */
constexpr size_t descriptor_share = 4;

/** The clock of the CPU time that all threads of a process have used, as the kernel numbers such clocks. */
clockid_t clock_of(int32_t pid) { return static_cast<clockid_t>(~static_cast<uint32_t>(pid) << 3 | 2u); }

int64_t look_at_clock(int32_t pid) {
  timespec at{};
  if (clock_gettime(clock_of(pid), &at) != 0) return -1;
  return int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec;
}

uint64_t inode_of(int proc, int32_t pid) {
  struct statx of {};
  const bool known = statx(proc, std::to_string(pid).c_str(), AT_STATX_DONT_SYNC, STATX_INO, &of) == 0;
  return known ? of.stx_ino : 0;
}

}  // namespace

Kept::Kept(WarmBudget& budget) : budget_(budget) { budget_.bytes += entry_bytes; }

Kept::~Kept() {
  const size_t open =
      static_cast<size_t>(std::count_if(files_.begin(), files_.end(), [](auto& file) { return !!file; }));
  budget_.descriptors -= open;
  budget_.bytes -= entry_bytes + (rest_ ? rest_->bytes() : 0);
}

std::shared_ptr<const Rest> Kept::rest() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return rest_;
}

bool Kept::keep(std::shared_ptr<const Rest> rest) {
  const size_t added = rest ? rest->bytes() : 0;
  const std::lock_guard<std::mutex> lock(mutex_);
  const size_t freed = rest_ ? rest_->bytes() : 0;
  const bool fits = budget_.bytes + added <= budget_.most_bytes + freed;
  budget_.bytes += (fits ? added : 0) - freed;
  rest_ = fits ? std::move(rest) : nullptr;
  return fits;
}

int Kept::descriptor(File file, int proc, const char* path) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::unique_ptr<Descriptor>& kept = files_[file];
  if (kept) return kept->get();
  const bool is_free = budget_.descriptors++ < budget_.most_descriptors;
  const int fd = is_free ? openat(proc, path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) {
    budget_.descriptors--;
    return -1;
  }
  kept = std::make_unique<Descriptor>(fd);
  opened_[file].store(fd, std::memory_order_release);
  return fd;
}

void Warm::refresh() {
  rlimit limit{};
  const bool known = getrlimit(RLIMIT_NOFILE, &limit) == 0;
  budget_.most_descriptors = known ? static_cast<size_t>(limit.rlim_cur / descriptor_share) : 0;
}

std::shared_ptr<Kept> Warm::of(int32_t pid) {
  Shard& shard = shard_of(pid);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  const auto at = shard.kept.find(pid);
  if (at != shard.kept.end()) return at->second;
  auto kept = std::make_shared<Kept>(budget_);
  // One for which there is no room is good for this call.
  if (budget_.bytes > budget_.most_bytes) return kept;
  shard.kept.emplace(pid, kept);
  count_++;
  return kept;
}

Look Warm::look(const ProcessEntry& listed, int proc) {
  Look look{of(listed.pid), look_at_clock(listed.pid), listed.inode, nullptr};
  if (look.inode == 0 && look.clock >= 0) look.inode = inode_of(proc, listed.pid);
  std::shared_ptr<const Rest> rest = look.kept->rest();
  if (rest && look.clock >= 0 && rest->clock == look.clock && rest->inode == look.inode) look.rest = std::move(rest);
  return look;
}

/** Where there is no room, what is kept of the others makes room: some of them may be gone, and who is not is read. */
void Warm::keep(Kept& kept, std::shared_ptr<const Rest> rest) {
  if (!kept.keep(std::move(rest))) clear();
}

void Warm::drop(int32_t pid, const Kept& kept) {
  listing.renew();
  Shard& shard = shard_of(pid);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  const auto at = shard.kept.find(pid);
  if (at == shard.kept.end() || at->second.get() != &kept) return;
  shard.kept.erase(at);
  count_--;
}

void Warm::retain(const std::vector<ProcessEntry>& all) {
  if (count_ <= all.size()) return;
  std::vector<int32_t> pids;
  pids.reserve(all.size());
  for (const ProcessEntry& each : all) pids.push_back(each.pid);
  std::sort(pids.begin(), pids.end());
  for (Shard& shard : shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    for (auto at = shard.kept.begin(); at != shard.kept.end();) {
      const bool is_there = std::binary_search(pids.begin(), pids.end(), at->first);
      count_ -= is_there ? 0 : 1;
      at = is_there ? std::next(at) : shard.kept.erase(at);
    }
  }
}

void Warm::clear() {
  for (Shard& shard : shards_) {
    const std::lock_guard<std::mutex> lock(shard.mutex);
    count_ -= shard.kept.size();
    shard.kept.clear();
  }
}

Use Warm::use() const {
  return {true, static_cast<double>(count_), static_cast<double>(budget_.bytes),
          static_cast<double>(budget_.descriptors)};
}

}  // namespace sysgraph
