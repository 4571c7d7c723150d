#pragma once
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sysgraph {

/**
 * Keeps counters that wrap or start anew from running backwards: where one is smaller than last time, what it had
 * reached is carried on. It is kept once for a host, whoever asks, and every sample tells of everything there is, so
 * that what one client asks for never changes what another one gets. What is gone for one sample starts anew.
 */
template <size_t Width>
class Counters {
 public:
  using Values = std::array<double, Width>;
  struct Item {
    std::string name;
    Values values;
  };
  using Sample = std::vector<Item>;

  /**
   * What `read` gives, made steady; nothing if it gives nothing. One at a time: of two samples the one that was read
   * first must be looked at first, or the other would seem to have run backwards.
   */
  template <typename Read>
  std::optional<Sample> take(Read read) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::optional<Sample> sample = read();
    if (sample) settle(*sample);
    return sample;
  }

 private:
  struct Known {
    Values last{};
    Values carried{};
  };

  void settle(Sample& sample) {
    std::map<std::string, Known> next;
    for (Item& item : sample) {
      Known known;
      const auto before = known_.find(item.name);
      if (before != known_.end()) known.carried = carry(before->second, item.values);
      known.last = item.values;
      for (size_t i = 0; i < Width; i++) item.values[i] += known.carried[i];
      next.emplace(item.name, known);
    }
    known_ = std::move(next);
  }

  static Values carry(const Known& before, const Values& now) {
    Values carried = before.carried;
    for (size_t i = 0; i < Width; i++) {
      if (now[i] < before.last[i]) carried[i] += before.last[i];
    }
    return carried;
  }

  std::mutex mutex_;
  std::map<std::string, Known> known_;
};

}  // namespace sysgraph
