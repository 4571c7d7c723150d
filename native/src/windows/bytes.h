#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "utf16.h"

namespace sysgraph {

/**
 * What the NT kernel wrote into a buffer, by the offsets that 64-bit Windows has. It needs nothing of Windows, so that
 * any machine can read a recording; what would stand past the end is 0, or no text.
 */
class Bytes {
 public:
  /** `base` is where the buffer was, since pointers in it lead into it. */
  explicit Bytes(std::string_view bytes, uint64_t base = 0) : bytes_(bytes), base_(base) {}

  template <typename T>
  T at(size_t offset) const {
    T value{};
    if (holds(offset, sizeof value)) std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  template <typename T>
  double number(size_t offset) const {
    return static_cast<double>(at<T>(offset));
  }

  bool holds(size_t offset, size_t size) const { return offset <= bytes_.size() && bytes_.size() - offset >= size; }
  size_t size() const { return bytes_.size(); }

  /** The text of a UNICODE_STRING whose letters stand in the same buffer. */
  std::string text(size_t offset) const {
    const size_t length = at<uint16_t>(offset);
    const uint64_t place = at<uint64_t>(offset + 8) - base_;
    return holds(place, length) ? utf8_of(bytes_.substr(place, length)) : "";
  }

 private:
  std::string_view bytes_;
  uint64_t base_;
};

}  // namespace sysgraph
