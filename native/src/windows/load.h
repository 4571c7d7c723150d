#pragma once
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace sysgraph {

/**
 * Load as Unix has it, which Windows has not: threads that wait for a CPU are counted every five seconds and damped as
 * Linux damps. It begins when somebody asks; before the first count it is 0.
 */
class Load {
 public:
  using Averages = std::array<double, 3>;

  Load() = default;
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  Averages averages();

 private:
  void count();

  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;
  Averages averages_{};
  std::thread thread_;
};

}  // namespace sysgraph
