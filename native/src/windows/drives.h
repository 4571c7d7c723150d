#pragma once
#include <string>
#include <vector>

#include "host.h"

namespace sysgraph {

/** A physical drive. */
struct Drive {
  int32_t number = 0;
  std::string name;
  /** Reads, writes, bytes read and written, seconds that took: in the order of the columns. */
  Counters<6>::Values counts{};
  bool is_counted = false;
};

/** All there are, their counters such as never run backwards. */
std::vector<Drive> list_drives(Host& host);

}  // namespace sysgraph
