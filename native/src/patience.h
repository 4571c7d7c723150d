#pragma once
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace sysgraph {

/** Threads for work that may hang. One that has done its work waits for more of it, since making one takes longer. */
class Threads {
 public:
  using Job = std::function<void()>;

  /** On the thread that waits, else on a new one. False where none can be had. */
  static bool start(const std::shared_ptr<Threads>& threads, Job job) {
    // Held so that no thread ends before it is detached: the C library of mingw-w64 confuses threads over that.
    const std::lock_guard<std::mutex> lock(threads->mutex_);
    if (threads->waits_ && !threads->next_) {
      threads->next_ = std::move(job);
      threads->wake_.notify_one();
      return true;
    }
    try {
      std::thread([threads, job = std::move(job)]() mutable { threads->work(std::move(job)); }).detach();
      return true;
    } catch (const std::system_error&) {
      return false;
    }
  }

  /** Nothing is started any more. */
  void close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closed_ = true;
    wake_.notify_all();
  }

 private:
  static constexpr std::chrono::seconds rest{10};

  void work(Job job) {
    while (job) {
      job();
      // What it held is not kept while it waits.
      job = nullptr;
      std::unique_lock<std::mutex> lock(mutex_);
      if (waits_) return;
      waits_ = true;
      wake_.wait_for(lock, rest, [this] { return next_ || is_closed_; });
      waits_ = false;
      job = std::exchange(next_, nullptr);
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  /** Whether a thread waits, and what it is to do. */
  bool waits_ = false;
  Job next_;
  bool is_closed_ = false;
};

/**
 * Does what may hang (a dead network mount, a huge address space) on a thread of its own. Where an item takes long, the
 * rest goes on with another thread, so that several are waited for together; one that is not done in time is given up,
 * its thread left to the kernel. While a thread hangs, what it hangs on is not tried again, so that one dead mount
 * costs one thread and one wait, not one a query.
 */
class Patience {
 public:
  explicit Patience(std::chrono::milliseconds limit) : limit_(limit) {}
  ~Patience() { threads_->close(); }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  /**
   * The results of `work` for every key, in order; none for one that is stuck. `work` must own what it uses; what it
   * throws, whoever waits for it is thrown.
   */
  template <typename Result>
  std::vector<std::optional<Result>> each(const std::vector<std::string>& keys,
                                          std::function<Result(const std::string&)> work) {
    auto run = std::make_shared<Run<Result>>();
    run->items.resize(keys.size());
    for (size_t i = 0; i < keys.size(); i++) {
      run->items[i].key = keys[i];
      if (!stuck_->has(keys[i])) run->left.push_back(i);
    }
    if (!run->left.empty()) wait(run, work);
    std::vector<std::optional<Result>> results;
    results.reserve(keys.size());
    const std::lock_guard<std::mutex> lock(run->mutex);
    if (run->thrown) std::rethrow_exception(run->thrown);
    for (Item<Result>& item : run->items) results.push_back(std::move(item.result));
    return results;
  }

 private:
  using Clock = std::chrono::steady_clock;
  /** What takes longer than this may be stuck: the rest does not wait for it. */
  static constexpr std::chrono::milliseconds long_time{50};

  struct Stuck {
    std::mutex mutex;
    std::set<std::string> keys;

    bool has(const std::string& key) {
      const std::lock_guard<std::mutex> lock(mutex);
      return keys.count(key) != 0;
    }
    void mark(const std::string& key) {
      const std::lock_guard<std::mutex> lock(mutex);
      keys.insert(key);
    }
    void free(const std::string& key) {
      const std::lock_guard<std::mutex> lock(mutex);
      keys.erase(key);
    }
  };

  template <typename Result>
  struct Item {
    std::string key;
    Clock::time_point started;
    std::optional<Result> result;
    bool given_up = false;
  };

  /** What the threads and whoever waits for them share; it outlives all of them. */
  template <typename Result>
  struct Run {
    std::mutex mutex;
    std::condition_variable ended;
    std::vector<Item<Result>> items;
    /** What nobody has begun yet, and what somebody is at. */
    std::deque<size_t> left;
    std::set<size_t> begun;
    std::exception_ptr thrown;
  };

  template <typename Result>
  static void go(const std::shared_ptr<Run<Result>>& run, const std::shared_ptr<Stuck>& stuck,
                 const std::function<Result(const std::string&)>& work) {
    std::unique_lock<std::mutex> lock(run->mutex);
    while (!run->left.empty()) {
      const size_t index = run->left.front();
      Item<Result>& item = run->items[index];
      run->left.pop_front();
      run->begun.insert(index);
      item.started = Clock::now();
      lock.unlock();
      std::optional<Result> result;
      std::exception_ptr thrown;
      try {
        result = work(item.key);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (item.given_up) return stuck->free(item.key);
      item.result = std::move(result);
      if (thrown) run->thrown = thrown;
      run->begun.erase(index);
      // Only at the end: to be woken for each of thousands costs as they do. What takes long, the clock tells.
      if (run->left.empty() && run->begun.empty()) run->ended.notify_one();
    }
  }

  /** Returns once every item is done or given up. */
  template <typename Result>
  void wait(const std::shared_ptr<Run<Result>>& run, const std::function<Result(const std::string&)>& work) {
    Clock::time_point last_start = Clock::now();
    const auto go_on = [run, stuck = stuck_, work] { go(run, stuck, work); };
    std::unique_lock<std::mutex> lock(run->mutex);
    if (!Threads::start(threads_, go_on)) throw std::runtime_error("there is no thread to be had");
    while (!run->left.empty() || !run->begun.empty()) {
      run->ended.wait_until(lock, run->left.empty() ? deadline(*run) : last_start + long_time);
      give_up_late(*run);
      if (run->left.empty()) continue;
      for (const size_t index : run->begun) last_start = std::max(last_start, run->items[index].started);
      if (Clock::now() < last_start + long_time) continue;
      last_start = Clock::now();
      // Without another thread it waits for the first.
      Threads::start(threads_, go_on);
    }
  }

  /** When the first of what was begun is to be given up. */
  template <typename Result>
  Clock::time_point deadline(const Run<Result>& run) const {
    Clock::time_point first = Clock::time_point::max();
    for (const size_t index : run.begun) first = std::min(first, run.items[index].started + limit_);
    return first;
  }

  template <typename Result>
  void give_up_late(Run<Result>& run) {
    const Clock::time_point now = Clock::now();
    for (auto index = run.begun.begin(); index != run.begun.end();) {
      Item<Result>& item = run.items[*index];
      item.given_up = now >= item.started + limit_;
      if (item.given_up) stuck_->mark(item.key);
      index = item.given_up ? run.begun.erase(index) : std::next(index);
    }
  }

  const std::chrono::milliseconds limit_;
  const std::shared_ptr<Stuck> stuck_ = std::make_shared<Stuck>();
  const std::shared_ptr<Threads> threads_ = std::make_shared<Threads>();
};

}  // namespace sysgraph
