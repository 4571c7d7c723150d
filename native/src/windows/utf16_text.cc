#include "utf16.h"

namespace sysgraph {
namespace {

constexpr uint32_t first_high = 0xd800;
constexpr uint32_t first_low = 0xdc00;
constexpr uint32_t past_low = 0xe000;
constexpr uint32_t first_pair = 0x10000;
constexpr char16_t unknown = 0xfffd;

uint32_t unit(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]) | static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

char part(uint32_t lead, uint32_t bits) { return static_cast<char>(lead | bits); }

void append(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += {part(0xc0, code >> 6), part(0x80, code & 63)};
  } else if (code < first_pair) {
    text += {part(0xe0, code >> 12), part(0x80, code >> 6 & 63), part(0x80, code & 63)};
  } else {
    text += {part(0xf0, code >> 18), part(0x80, code >> 12 & 63), part(0x80, code >> 6 & 63), part(0x80, code & 63)};
  }
}

void append_half(std::string& text, uint32_t half) {
  static const char* const digits = "0123456789abcdef";
  text += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[half >> shift & 15];
}

bool is_low(uint32_t unit) { return unit >= first_low && unit < past_low; }

/** Takes one character of UTF-8 off the front; U+FFFD and one byte where there is none. */
uint32_t take_code(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  bool is_whole = (lead < 0x80 || (lead >= 0xc2 && lead <= 0xf4)) && text.size() >= length;
  uint32_t code = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t i = 1; is_whole && i < length; i++) {
    is_whole = (byte(i) & 0xc0) == 0x80;
    code = code << 6 | (byte(i) & 63);
  }
  text.remove_prefix(is_whole ? length : 1);
  const bool is_half = code >= first_high && code < past_low;
  return is_whole && !is_half && code <= 0x10ffff ? code : unknown;
}

}  // namespace

std::string utf8_of(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const uint32_t first = unit(bytes, at);
    if (first < first_high || first >= past_low) {
      append(text, first);
      continue;
    }
    const uint32_t second = first < first_low && at + 3 < bytes.size() ? unit(bytes, at + 2) : 0;
    if (is_low(second)) {
      append(text, first_pair + ((first - first_high) << 10) + (second - first_low));
      at += 2;
    } else {
      append_half(text, first);
    }
  }
  return text;
}

std::u16string utf16_of(std::string_view text) {
  std::u16string units;
  while (!text.empty()) {
    const uint32_t code = take_code(text);
    if (code < first_pair) {
      units += static_cast<char16_t>(code);
    } else {
      units += static_cast<char16_t>(first_high + ((code - first_pair) >> 10));
      units += static_cast<char16_t>(first_low + ((code - first_pair) & 0x3ff));
    }
  }
  return units;
}

}  // namespace sysgraph
