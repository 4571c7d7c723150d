#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sysgraph {

/**
 * Does what may hang (a dead network mount, a huge address space) on a thread of its own. An item that is not done in
 * time is given up, its thread left to the kernel, and the rest goes on with another one. While a thread hangs, what it
 * hangs on is not tried again, so that one dead mount costs one thread and one wait, not one a query.
 */
class Patience {
 public:
  explicit Patience(std::chrono::milliseconds limit) : limit_(limit), stuck_(std::make_shared<Stuck>()) {}

  /** The results of `work` for every key, in order; none for one that is stuck. `work` must own what it uses. */
  template <typename Result>
  std::vector<std::optional<Result>> each(const std::vector<std::string>& keys,
                                          std::function<Result(const std::string&)> work) {
    std::vector<std::optional<Result>> results(keys.size());
    for (size_t next = 0; next < keys.size();) next = run_from(next, keys, work, results);
    return results;
  }

 private:
  struct Stuck {
    std::mutex mutex;
    std::set<std::string> keys;

    bool has(const std::string& key) {
      const std::lock_guard<std::mutex> lock(mutex);
      return keys.count(key) != 0;
    }
  };

  /** What a thread and those who wait for it share; it outlives both. */
  template <typename Result>
  struct Run {
    std::mutex mutex;
    std::condition_variable moved;
    std::vector<std::pair<size_t, std::string>> items;
    std::vector<std::optional<Result>> results;
    size_t done = 0;
    bool abandoned = false;
  };

  template <typename Result>
  static void go(const std::shared_ptr<Run<Result>>& run, const std::shared_ptr<Stuck>& stuck,
                 const std::function<Result(const std::string&)>& work) {
    for (const auto& [index, key] : run->items) {
      Result result = work(key);
      const std::lock_guard<std::mutex> lock(run->mutex);
      if (run->abandoned) {
        const std::lock_guard<std::mutex> free(stuck->mutex);
        stuck->keys.erase(key);
        return;
      }
      run->results.emplace_back(std::move(result));
      run->done++;
      run->moved.notify_one();
    }
  }

  /** Does what can be done on one thread; returns the index to go on from with another. */
  template <typename Result>
  size_t run_from(size_t next, const std::vector<std::string>& keys, std::function<Result(const std::string&)>& work,
                  std::vector<std::optional<Result>>& results) {
    auto run = std::make_shared<Run<Result>>();
    for (size_t i = next; i < keys.size(); i++) {
      if (!stuck_->has(keys[i])) run->items.emplace_back(i, keys[i]);
    }
    if (run->items.empty()) return keys.size();
    std::thread(go<Result>, run, stuck_, work).detach();

    std::unique_lock<std::mutex> lock(run->mutex);
    for (size_t waited = 0; waited < run->items.size(); waited++) {
      const auto [index, key] = run->items[waited];
      if (!run->moved.wait_for(lock, limit_, [&] { return run->done > waited; })) {
        run->abandoned = true;
        const std::lock_guard<std::mutex> mark(stuck_->mutex);
        stuck_->keys.insert(key);
        return index + 1;
      }
      results[index] = std::move(run->results[waited]);
    }
    return keys.size();
  }

  const std::chrono::milliseconds limit_;
  const std::shared_ptr<Stuck> stuck_;
};

}  // namespace sysgraph
