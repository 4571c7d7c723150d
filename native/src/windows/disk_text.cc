#include <cmath>

#include "bytes.h"
#include "disk_table.h"

namespace sysgraph::disk {
namespace {

constexpr double units_per_second = 1e7;

/** Text that ends with a NUL, or with the answer; 0 and what lies behind the answer stand for none. */
std::string_view text_at(std::string_view bytes, size_t offset) {
  if (offset == 0 || offset >= bytes.size()) return {};
  const std::string_view rest = bytes.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

}  // namespace

bool parse_performance(std::string_view buffer, Counts& counts) {
  constexpr size_t size = 88;
  const Bytes bytes(buffer);
  if (!bytes.holds(0, size)) return false;
  counts = {bytes.number<uint32_t>(40),
            bytes.number<uint32_t>(44),
            bytes.number<int64_t>(0),
            bytes.number<int64_t>(8),
            bytes.number<int64_t>(16) / units_per_second,
            bytes.number<int64_t>(24) / units_per_second};
  return true;
}

double parse_size(std::string_view buffer) {
  const Bytes bytes(buffer);
  return bytes.holds(24, 8) ? bytes.number<int64_t>(24) : none;
}

Descriptor parse_descriptor(std::string_view buffer) {
  constexpr size_t head = 36;
  const Bytes bytes(buffer);
  if (!bytes.holds(0, head)) return {};
  std::string model(text_at(buffer, bytes.at<uint32_t>(12)));
  model += ' ';
  model += text_at(buffer, bytes.at<uint32_t>(16));
  return {trimmed(model), bytes.at<uint8_t>(10) != 0 ? 1.0 : 0.0};
}

double parse_seek_penalty(std::string_view buffer) {
  const Bytes bytes(buffer);
  if (!bytes.holds(0, 9)) return none;
  return bytes.at<uint8_t>(8) != 0 ? 1 : 0;
}

}  // namespace sysgraph::disk
