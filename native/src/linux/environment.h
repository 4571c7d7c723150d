#pragma once
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the reader of /proc/PID/environ.
namespace sysgraph::environment {

/**
 * Takes NAME=VALUE items, each ended by a NUL, until an empty one: what follows that is what a program left when it
 * wrote over its environment. An item without a name, or without its end, is none.
 */
void parse(std::string_view bytes, std::vector<Environ>& rows);

}  // namespace sysgraph::environment
