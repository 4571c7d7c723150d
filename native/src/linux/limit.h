#pragma once
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the reader of /proc/PID/limits.
namespace sysgraph::limit {

/** Takes the limits this version knows; what has none is none. */
bool parse(std::string_view text, std::vector<Limits>& rows);

}  // namespace sysgraph::limit
