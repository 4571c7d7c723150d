#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace sysgraph {

/**
 * Numbers for things that have only names, as rows are asked for by number. A thing has its number for as long as it is
 * there, and no other thing ever gets it.
 */
class Names {
 public:
  /** The number of a name, whether or not there is such a thing. */
  int32_t key_of(const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto [known, is_new] = keys_.emplace(name, next_);
    const int32_t key = known->second;
    if (is_new) names_.emplace(next_++, name);
    if (names_.size() > most) forget_oldest();
    return key;
  }

  /** The name a number was given for; none once that thing is gone. */
  std::optional<std::string> name_of(int32_t key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = names_.find(key);
    return known == names_.end() ? std::nullopt : std::optional(known->second);
  }

  /** Forgets what is not among these: all that there is. */
  void keep(const std::set<std::string>& there) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto known = keys_.begin(); known != keys_.end();) {
      if (there.count(known->first) != 0) {
        ++known;
        continue;
      }
      names_.erase(known->second);
      known = keys_.erase(known);
    }
  }

 private:
  /** Whoever asks for names may make up more than there are things. */
  static constexpr size_t most = 100'000;

  void forget_oldest() {
    keys_.erase(names_.begin()->second);
    names_.erase(names_.begin());
  }

  std::mutex mutex_;
  std::map<std::string, int32_t> keys_;
  std::map<int32_t, std::string> names_;
  int32_t next_ = 1;
};

}  // namespace sysgraph
