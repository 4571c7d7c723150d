#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "rows.h"

// Pure text parsing, shared by every platform whose kernel speaks in text.
namespace sysgraph {

/** Takes what stands before `stop`, and the stop itself, off the front of `text`; all of it if there is no stop. */
inline std::string_view take(std::string_view& text, char stop) {
  const size_t end = text.find(stop);
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return front;
}

/** Takes the next line that is whole: a last line without its end may have been cut, and is no line. */
inline bool take_line(std::string_view& text, std::string_view& line) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

inline void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

inline std::string_view trimmed(std::string_view text) {
  constexpr const char* blanks = " \t\r\n";
  const size_t start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

inline bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/** Takes a whole number and the blanks before it. Past 64 bits, or where there is no digit, it is not a number. */
inline bool take_number(std::string_view& text, double& value) {
  skip_blanks(text);
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at < end && *at == '-';
  if (negative) at++;
  const char* const first = at;
  uint64_t sum = 0;
  // So many digits always fit, and hardly any number has more.
  constexpr ptrdiff_t safe = std::numeric_limits<uint64_t>::digits10;
  for (; at < end && is_digit(*at); at++) {
    const auto digit = static_cast<uint64_t>(*at - '0');
    if (at - first >= safe && sum > (std::numeric_limits<uint64_t>::max() - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  if (at == first) return false;
  value = negative ? -static_cast<double>(sum) : static_cast<double>(sum);
  text.remove_prefix(static_cast<size_t>(at - text.data()));
  return true;
}

/** A number as the 32 bits the kernel printed, with or without a sign; past them it has none set. */
inline uint32_t bits_of(double value) {
  if (value >= 0 && value <= std::numeric_limits<uint32_t>::max()) return static_cast<uint32_t>(value);
  return value < 0 && value >= std::numeric_limits<int32_t>::min() ? static_cast<uint32_t>(static_cast<int32_t>(value))
                                                                   : 0;
}

/** Takes a number like 0.25 and the blanks before it: the double nearest to it, as JavaScript would read it. */
inline bool take_decimal(std::string_view& text, double& value) {
  if (!take_number(text, value)) return false;
  if (text.empty() || text[0] != '.') return true;
  text.remove_prefix(1);
  double scale = 1;
  while (!text.empty() && is_digit(text[0])) {
    // Whole numbers are exact, and one division rounds once: adding up tenths and hundredths would not.
    scale *= 10;
    value = value * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  value /= scale;
  return true;
}

/** True if a number is there; none compares equal to nothing, not even itself. */
inline bool is_known(double value) { return value == value; }

/** Percent, rounded to a tenth, so that noise changes no row. */
inline double percent_of(double part, double whole) { return whole > 0 ? std::round(part / whole * 1000) / 10 : 0; }

}  // namespace sysgraph
