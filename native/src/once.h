#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
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
    return keep(call, make());
  }

  /** What was made for something else, and serves others of this call too. */
  Shared keep(uint64_t call, Value made) {
    auto value = std::make_shared<const Value>(std::move(made));
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

/** A value that holds for as long as a text that is told with it stays the same. */
template <typename Value>
class Remembered {
 public:
  /** `tell` gives the text. Where that is empty, or changes while the value is made, the value is for now alone. */
  template <typename Tell, typename Make>
  Value of(Tell tell, Make make) {
    const std::string text = tell();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!text.empty() && text_ == text) return value_;
    }
    const Value value = make();
    const bool stands = tell() == text;
    const std::lock_guard<std::mutex> lock(mutex_);
    text_ = stands ? text : std::string();
    value_ = value;
    return value;
  }

 private:
  std::mutex mutex_;
  std::string text_;
  Value value_{};
};

}  // namespace sysgraph
