#pragma once
#include "../platform.h"

namespace sysgraph {

/** A row for each key that was asked for, all of it unsupported. */
inline void read_nothing(const Request& request, Rows& rows) {
  if (request.lists()) return;
  for (const int32_t key : request.keys) rows.begin(key);
}

}  // namespace sysgraph
