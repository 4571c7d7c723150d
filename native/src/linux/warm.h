#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "../platform.h"
#include "../posix/file.h"
#include "listing.h"
#include "process.h"

// What is kept of processes between calls, and what proves that it still holds: the clock of the CPU time a process has
// used stands still while none of its threads runs. The clock of one that runs right now is behind by up to one tick of
// the kernel, which is how old what is kept may be.
namespace sysgraph {

/** A socket in the table of descriptors of a process. */
struct HeldSocket {
  int32_t fd;
  uint64_t inode;
};

/** The place of the sockets among the sources of what is kept, after those of the table of processes. */
constexpr uint32_t held_sockets = 31;

/** What was read of a process while its clock stood: only what it has to run for itself to change. */
struct Rest {
  int64_t clock = -1;
  uint64_t inode = 0;
  /** Sources that are here, as a mask; the text of stat is `name`. */
  uint32_t have = 0;
  process::Stat stat;
  std::string name;
  /** The parent, as it was when the rest was read: it is so as long as that one is there. */
  double ppid = none;
  process::Ids ids;
  process::Io io;
  double arguments_size = none;
  std::string arguments;
  /** The sockets it holds. */
  std::vector<HeldSocket> sockets;
  /** How many descriptors it had when it was last looked at. */
  size_t descriptors = 0;

  size_t bytes() const {
    return sizeof *this + name.capacity() + arguments.capacity() + sockets.capacity() * sizeof(HeldSocket);
  }
};

/** Counts what is kept of all processes against what may be. */
struct WarmBudget {
  explicit WarmBudget(size_t bytes) : most_bytes(bytes) {}
  const size_t most_bytes;
  std::atomic<size_t> bytes{0};
  std::atomic<size_t> descriptors{0};
  std::atomic<size_t> most_descriptors{0};
};

/** What is kept of one process. Any thread may use it. */
class Kept {
 public:
  enum File { Stat, Statm };

  explicit Kept(WarmBudget& budget);
  ~Kept();
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  std::shared_ptr<const Rest> rest() const;
  /** False if there is no room for it: then nothing is. */
  bool keep(std::shared_ptr<const Rest> rest);
  /** The descriptor of a file of it, if that is kept; -1 if not. */
  int descriptor(File file) const { return opened_[file].load(std::memory_order_acquire); }
  /** The same; it is opened, and kept, if the budget lets it be. */
  int descriptor(File file, int proc, const char* path);

 private:
  WarmBudget& budget_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Rest> rest_;
  std::array<std::unique_ptr<Descriptor>, 2> files_;
  /** Their numbers: once opened, they stay what they are. */
  std::array<std::atomic<int>, 2> opened_{-1, -1};
};

/** A look at a process, taken before anything of it is read. */
struct Look {
  std::shared_ptr<Kept> kept;
  /** What its CPU clock showed, in nanoseconds; -1 if it has none. */
  int64_t clock = -1;
  uint64_t inode = 0;
  /** What is known to be so still; none if it has to be read. */
  std::shared_ptr<const Rest> rest;
};

class Warm {
 public:
  explicit Warm(size_t most_bytes) : budget_(most_bytes) {}

  /** To be called once a call: the limit of descriptors may have been changed. */
  void refresh();

  /** What is kept of whoever has this pid. */
  std::shared_ptr<Kept> of(int32_t pid);
  /** The same with a look at its clock; an inode of 0 is looked up in `proc`. */
  Look look(const ProcessEntry& listed, int proc);

  void keep(Kept& kept, std::shared_ptr<const Rest> rest);
  /** Lets go of what is kept of one that is gone. */
  void drop(int32_t pid, const Kept& kept);
  /** Lets go of all but those of these pids, which are all there are. */
  void retain(const std::vector<ProcessEntry>& all);

  Use use() const;

  Listing listing;

 private:
  static constexpr size_t shard_count = 64;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<int32_t, std::shared_ptr<Kept>> kept;
  };
  Shard& shard_of(int32_t pid) { return shards_[static_cast<uint32_t>(pid) % shard_count]; }
  void clear();

  // Before what counts itself out of it.
  WarmBudget budget_;
  std::array<Shard, shard_count> shards_;
  std::atomic<size_t> count_{0};
};

}  // namespace sysgraph
