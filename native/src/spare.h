#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace sysgraph {

/** Room for one long text, which the next one is written to: to have as much from the kernel takes it long to clear. */
class Spare {
 public:
  std::string take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(text_, std::string());
  }

  void give(std::unique_ptr<std::string> text) {
    text->clear();
    const std::lock_guard<std::mutex> lock(mutex_);
    if (text->capacity() <= most && text->capacity() > text_.capacity()) text_.swap(*text);
  }

 private:
  static constexpr size_t most = size_t{4} << 20;

  std::mutex mutex_;
  std::string text_;
};

/** For what is told of lists, one after the other. Threads may still write when the process ends. */
inline Spare& spare_telling() {
  static Spare* const spare = new Spare();
  return *spare;
}

}  // namespace sysgraph
