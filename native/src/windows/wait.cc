// Waiting for processes to end, by handles of them: one thread looks at all of them while somebody waits.
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "inside.h"

namespace sysgraph {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds interval{10};

struct Waiter {
  std::vector<Waited> results;
  std::vector<Handle> processes;
  Clock::time_point deadline;
};

/** What is known at once: what is gone has ended, what may not be opened cannot be waited for. */
Waited begin(const Target& target, Handle& process) {
  process = open_process(static_cast<uint32_t>(target.pid), SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION);
  const ReadStatus status = process ? identify(process, target) : last_status();
  Waited waited;
  waited.has_ended = status == ReadStatus::Gone;
  if (status == ReadStatus::Denied) waited.effect = Effect::Denied;
  if (status == ReadStatus::Failed) waited.effect = Effect::Failed;
  if (status != ReadStatus::Ok) process = Handle();
  return waited;
}

/** True once nothing is left to wait for. */
bool look(Waiter& waiter) {
  bool is_over = true;
  for (size_t i = 0; i < waiter.processes.size(); i++) {
    Handle& process = waiter.processes[i];
    if (!process) continue;
    if (WaitForSingleObject(process.get(), 0) != WAIT_OBJECT_0) {
      is_over = false;
      continue;
    }
    DWORD code = 0;
    waiter.results[i].has_ended = true;
    if (GetExitCodeProcess(process.get(), &code)) waiter.results[i].exit_code = code;
    process = Handle();
  }
  return is_over || Clock::now() >= waiter.deadline;
}

class PolledWaits : public Waits {
 public:
  explicit PolledWaits(std::function<void()> ring) : ring_(std::move(ring)) {}
  ~PolledWaits() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_over_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  PolledWaits(const PolledWaits&) = delete;
  PolledWaits& operator=(const PolledWaits&) = delete;

  /** Anybody who can open a process is told how it ended, so nobody is given time to ask first. */
  uint32_t add(std::vector<Target> targets, std::chrono::milliseconds patience, std::chrono::milliseconds) override {
    Waiter waiter;
    waiter.deadline = Clock::now() + patience;
    for (const Target& target : targets) waiter.results.push_back(begin(target, waiter.processes.emplace_back()));
    const std::lock_guard<std::mutex> lock(mutex_);
    // First: where no thread can be had, nothing is waited for.
    if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
    waiting_.emplace(++last_, std::move(waiter));
    woken_.notify_all();
    return last_;
  }

  void cancel(uint32_t number) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.erase(number);
  }

  std::vector<Done> take() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(done_, {});
  }

 private:
  void watch() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!is_over_) {
      if (waiting_.empty()) {
        woken_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
        continue;
      }
      for (auto each = waiting_.begin(); each != waiting_.end();) {
        if (!look(each->second)) {
          ++each;
          continue;
        }
        done_.emplace_back(each->first, std::move(each->second.results));
        each = waiting_.erase(each);
      }
      if (!done_.empty()) ring_();
      woken_.wait_for(lock, interval, [this] { return is_over_; });
    }
  }

  const std::function<void()> ring_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::map<uint32_t, Waiter> waiting_;
  std::vector<Done> done_;
  uint32_t last_ = 0;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Waits> open_waits(const std::shared_ptr<Host>&, const std::function<void()>& ring) {
  return std::make_unique<PolledWaits>(ring);
}

}  // namespace sysgraph
