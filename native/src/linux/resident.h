#pragma once
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace sysgraph {

/**
 * Which network namespace each process is in. Only a process itself can go to another one, so that one that has not
 * run since it was asked is where it was: its CPU clock tells that at a tenth of the cost. The clock of one that runs
 * at this very moment may lag by a tick, less than what a listing takes.
 */
class Residents {
 public:
  struct Resident {
    /** The inode of its entry in proc and its CPU clock, which together are of no other process; 0 if not known. */
    uint64_t entry = 0;
    uint64_t nanoseconds = 0;
    /** 0 where it may not be looked at. */
    uint64_t space = 0;
  };
  using ByPid = std::unordered_map<int32_t, Resident>;

  /** What was known last; who comes meanwhile finds nothing, and asks every process. */
  ByPid take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ByPid taken;
    taken.swap(known_);
    return taken;
  }
  void keep(ByPid known) {
    const std::lock_guard<std::mutex> lock(mutex_);
    known_.swap(known);
  }

 private:
  std::mutex mutex_;
  ByPid known_;
};

}  // namespace sysgraph
