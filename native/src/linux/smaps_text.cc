#include <charconv>

#include "../parse.h"
#include "smaps.h"

namespace sysgraph::smaps {
namespace {

using memory_map::Smaps;

struct Line {
  std::string_view key;
  double Smaps::*column;
};

constexpr Line lines[] = {
    {"Size", &Smaps::size},
    {"Rss", &Smaps::rss},
    {"Pss", &Smaps::pss},
    {"Shared_Clean", &Smaps::shared_clean},
    {"Shared_Dirty", &Smaps::shared_dirty},
    {"Private_Clean", &Smaps::private_clean},
    {"Private_Dirty", &Smaps::private_dirty},
    {"Referenced", &Smaps::referenced},
    {"Anonymous", &Smaps::anonymous},
    {"Swap", &Smaps::swap},
    {"Locked", &Smaps::locked},
};

bool take_bytes(std::string_view text, double& value) {
  if (!take_number(text, value)) return false;
  value *= 1024;
  return true;
}

/** A part starts with an address, and no key does: those start with a capital. */
bool starts_region(std::string_view line) {
  return !line.empty() && (is_digit(line[0]) || (line[0] >= 'a' && line[0] <= 'f'));
}

/** ADDRESS-ADDRESS PERMISSIONS OFFSET DEVICE INODE [PATH]; the path may hold blanks. */
bool take_region(std::string_view line, Region& region) {
  region.address = take(line, ' ');
  region.permissions = take(line, ' ');
  take(line, ' ');
  take(line, ' ');
  double inode = 0;
  if (region.address.find('-') == std::string_view::npos || region.permissions.size() < 4) return false;
  const char* const digits = line.data();
  if (!take_number(line, inode)) return false;
  std::from_chars(digits, line.data(), region.inode);
  skip_blanks(line);
  region.path = line.empty() ? std::string_view("[anon]") : line;
  return true;
}

/** Takes a line of a part; false if it is one of ours and cannot be understood. */
bool take_figure(std::string_view line, Smaps& row) {
  const std::string_view key = take(line, ':');
  for (const Line& known : lines) {
    if (key == known.key) return take_bytes(line, row.*known.column);
  }
  return true;
}

}  // namespace

bool parse(std::string_view text, const std::function<void(const Region&, Smaps&)>& take) {
  Region region;
  Smaps row;
  bool is_open = false;
  const auto close = [&] {
    if (!is_open) return true;
    // Without its resident size a part was cut.
    if (!(row.rss >= 0)) return false;
    take(region, row);
    return true;
  };
  std::string_view line;
  while (take_line(text, line)) {
    if (!starts_region(line)) {
      if (!is_open || !take_figure(line, row)) return false;
      continue;
    }
    if (!close()) return false;
    row = Smaps();
    is_open = take_region(line, region);
    if (!is_open) return false;
  }
  return text.empty() && close();
}

bool parse_footprint(std::string_view text, process::Rollup& row) {
  row.memory_footprint_uss = row.memory_footprint_pss = row.memory_footprint_swap = 0;
  return parse(text, [&](const Region&, Smaps& part) {
    const auto known = [](double value) { return value >= 0 ? value : 0; };
    row.memory_footprint_uss += known(part.private_clean) + known(part.private_dirty);
    row.memory_footprint_pss += known(part.pss);
    row.memory_footprint_swap += known(part.swap);
  });
}

}  // namespace sysgraph::smaps
