#include "load.h"

#include <cmath>

#include "processes.h"
#include "system_table.h"

namespace sysgraph {
namespace {

constexpr std::chrono::seconds interval{5};
constexpr Load::Averages minutes{1, 5, 15};

/** None where the kernel does not list processes: then the load stays what it was. */
double waiting() {
  try {
    return process::count_ready(list_processes(moment()));
  } catch (const std::exception&) {
    return none;
  }
}

}  // namespace

Load::~Load() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_over_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Load::Averages Load::averages() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { count(); });
  Averages rounded{};
  for (size_t i = 0; i < rounded.size(); i++) rounded[i] = std::round(averages_[i] * 100) / 100;
  return rounded;
}

void Load::count() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ended_.wait_for(lock, interval, [this] { return is_over_; })) {
    lock.unlock();
    const double threads = waiting();
    lock.lock();
    if (std::isnan(threads)) continue;
    for (size_t i = 0; i < averages_.size(); i++) averages_[i] = system::damp(averages_[i], threads, minutes[i]);
  }
}

}  // namespace sysgraph
