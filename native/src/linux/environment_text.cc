#include "../parse.h"
#include "environment.h"

namespace sysgraph::environment {

void parse(std::string_view bytes, std::vector<Environ>& rows) {
  while (bytes.find('\0') != std::string_view::npos) {
    const std::string_view item = take(bytes, '\0');
    if (item.empty()) return;
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    rows.push_back({item.substr(0, equals), item.substr(equals + 1)});
  }
}

}  // namespace sysgraph::environment
