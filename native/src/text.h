#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sysgraph {

/**
 * Bytes from the kernel as text: valid UTF-8 as it is, any other byte as `\xNN`, NUL never (but to end an item). It
 * counts UTF-16 units as it grows, because that is how JavaScript will index it.
 */
class TextBlock {
 public:
  void append(std::string_view bytes, bool keep_nul) {
    size_t at = 0;
    while (at < bytes.size()) {
      const size_t start = at;
      while (at < bytes.size() && plain(bytes[at], keep_nul)) at++;
      bytes_.append(bytes.data() + start, at - start);
      units_ += at - start;
      if (at < bytes.size()) at += append_other(bytes.substr(at));
    }
  }

  size_t units() const { return units_; }
  const std::string& bytes() const { return bytes_; }
  bool ascii() const { return units_ == bytes_.size(); }

 private:
  static bool plain(char c, bool keep_nul) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && (byte != 0 || keep_nul);
  }

  /** Takes one character past ASCII, or one byte that is none; returns how many bytes that were. */
  size_t append_other(std::string_view rest) {
    const size_t length = character(rest);
    if (length > 0) {
      bytes_.append(rest.data(), length);
      units_ += length == 4 ? 2 : 1;
      return length;
    }
    static const char* const digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(rest[0]);
    const char escape[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    bytes_.append(escape, sizeof escape);
    units_ += sizeof escape;
    return 1;
  }

  /** Length of the valid multi-byte UTF-8 sequence at the start of `rest`; 0 if there is none. */
  static size_t character(std::string_view rest) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned char lead = byte(0);
    const size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                          : (lead & 0xf0) == 0xe0        ? 3
                          : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                         : 0;
    if (length == 0 || rest.size() < length) return 0;
    for (size_t i = 1; i < length; i++) {
      if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    // Overlong forms, surrogates and what lies past U+10FFFF show in the second byte.
    if (lead == 0xe0 && byte(1) < 0xa0) return 0;
    if (lead == 0xed && byte(1) > 0x9f) return 0;
    if (lead == 0xf0 && byte(1) < 0x90) return 0;
    if (lead == 0xf4 && byte(1) > 0x8f) return 0;
    return length;
  }

  std::string bytes_;
  size_t units_ = 0;
};

/** Where the characters of a text are that JavaScript counts in UTF-16 units. */
class TextUnits {
 public:
  explicit TextUnits(const TextBlock& block) : bytes_(block.bytes()), count_(block.units()) {
    if (block.ascii()) return;
    places_.reserve(block.units() + 1);
    for (size_t at = 0; at < bytes_.size(); at++) {
      const auto byte = static_cast<unsigned char>(bytes_[at]);
      if ((byte & 0xc0) == 0x80) continue;
      places_.push_back(static_cast<uint32_t>(at));
      if (byte >= 0xf0) places_.push_back(static_cast<uint32_t>(at));
    }
    places_.push_back(static_cast<uint32_t>(bytes_.size()));
  }

  /** False where no text stands: of a form that takes something else for one. */
  bool have(double from, double to) const { return from >= 0 && from <= to && to <= static_cast<double>(count_); }

  std::string_view between(double from, double to) const {
    const size_t start = place(from);
    return std::string_view(bytes_).substr(start, place(to) - start);
  }

 private:
  size_t place(double unit) const {
    const auto at = static_cast<size_t>(unit);
    return places_.empty() ? at : places_[at];
  }

  const std::string& bytes_;
  const size_t count_;
  std::vector<uint32_t> places_;
};

}  // namespace sysgraph
