#include <fcntl.h>

#include <charconv>

#include "../parse.h"
#include "open_file.h"

namespace sysgraph::open_file {

bool parse(std::string_view text, double& position, double& flags) {
  bool has_position = false;
  bool has_flags = false;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    skip_blanks(line);
    if (key == "pos") has_position = take_number(line, position);
    if (key != "flags") continue;
    uint32_t bits = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), bits, 8);
    has_flags = parsed.ec == std::errc() && parsed.ptr == line.data() + line.size();
    flags = bits;
  }
  return has_position && has_flags;
}

std::string_view mode_of(double flags) {
  const auto bits = bits_of(flags);
  const bool appends = (bits & O_APPEND) != 0;
  switch (bits & O_ACCMODE) {
    case O_RDONLY:
      return "r";
    case O_WRONLY:
      return appends ? "a" : "w";
    default:
      return appends ? "a+" : "r+";
  }
}

}  // namespace sysgraph::open_file
