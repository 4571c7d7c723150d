#include "json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace sysgraph {
namespace {

/** Beyond it JavaScript does not write every digit. */
constexpr double largest_whole = 9007199254740992.0;
/** Below it JavaScript writes an exponent. */
constexpr double smallest_fixed = 1e-6;
/** The first millisecond that takes five digits of a year. */
constexpr double latest_time = 253402300800000.0;

void write_whole(std::string& out, int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void write_digits(std::string& out, int64_t value, int width) {
  char digits[8];
  for (int at = width - 1; at >= 0; at--, value /= 10) digits[at] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<size_t>(width));
}

/** The date of a day from 1970 on, as Howard Hinnant's civil_from_days has it. */
void write_day(std::string& out, int64_t days) {
  const int64_t shifted = days + 719468;
  const int64_t era = shifted / 146097;
  const int64_t day_of_era = shifted % 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march + (month_from_march < 10 ? 3 : -9);
  write_digits(out, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  out += '-';
  write_digits(out, month, 2);
  out += '-';
  write_digits(out, day_of_year - (153 * month_from_march + 2) / 5 + 1, 2);
}

bool is_plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }
void write_escape(std::string& out, char c) {
  static const char* const digits = "0123456789abcdef";
  static const std::string_view named = "\"\\\b\f\n\r\t";
  const size_t at = named.find(c);
  if (at != std::string_view::npos) {
    out += '\\';
    out += "\"\\bfnrt"[at];
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  const char escape[] = {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
  out.append(escape, sizeof escape);
}

}  // namespace

bool write_number(std::string& out, double value) {
  if (!(std::fabs(value) < largest_whole)) return false;
  if (value == std::trunc(value)) {
    write_whole(out, static_cast<int64_t>(value));
    return true;
  }
  if (std::fabs(value) < smallest_fixed) return false;
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
  if (end.ec != std::errc()) return false;
  out.append(digits, end.ptr);
  return true;
}

bool write_time(std::string& out, double value) {
  if (!(value >= 0 && value < latest_time)) return false;
  const auto ms = static_cast<int64_t>(value);
  const int64_t seconds = ms / 1000;
  out += '"';
  write_day(out, seconds / 86400);
  out += 'T';
  write_digits(out, seconds / 3600 % 24, 2);
  out += ':';
  write_digits(out, seconds / 60 % 60, 2);
  out += ':';
  write_digits(out, seconds % 60, 2);
  out += '.';
  write_digits(out, ms % 1000, 3);
  out += "Z\"";
  return true;
}

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    while (at < text.size() && is_plain(text[at])) at++;
    out.append(text.data() + start, at - start);
    if (at < text.size()) write_escape(out, text[at++]);
  }
  out += '"';
}

void write_texts(std::string& out, std::string_view items) {
  out += '[';
  for (size_t at = 0; at < items.size();) {
    const size_t end = std::min(items.find('\0', at), items.size());
    if (at > 0) out += ',';
    write_text(out, items.substr(at, end - at));
    at = end + 1;
  }
  out += ']';
}

}  // namespace sysgraph
