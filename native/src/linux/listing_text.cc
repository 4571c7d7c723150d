#include "../parse.h"
#include "listing.h"

namespace sysgraph {

double parse_births(std::string_view text) {
  std::string_view line;
  while (take_line(text, line)) {
    double births = none;
    if (!starts_with(line, "processes ")) continue;
    line.remove_prefix(10);
    return take_number(line, births) && line.empty() ? births : none;
  }
  return none;
}

}  // namespace sysgraph
