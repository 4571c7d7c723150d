#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace sysgraph {

/**
 * What several readers of one call want: made for the first of them, and the same for the others, so that they also
 * tell of the same moment. Of several calls at a time only the last is remembered, which costs the others a reading.
 */
template <typename Value>
class OncePerCall {
 public:
  using Shared = std::shared_ptr<const Value>;

  template <typename Make>
  Shared of(uint64_t call, Make make) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (value_ != nullptr && call_ == call) return value_;
    }
    auto value = std::make_shared<const Value>(make());
    const std::lock_guard<std::mutex> lock(mutex_);
    call_ = call;
    value_ = value;
    return value;
  }

 private:
  std::mutex mutex_;
  uint64_t call_ = 0;
  Shared value_;
};

}  // namespace sysgraph
