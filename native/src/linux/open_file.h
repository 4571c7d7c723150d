#pragma once
#include <string_view>

// The pure half of the reader of open files.
namespace sysgraph::open_file {

/** Position and flags, from /proc/PID/fdinfo/N. */
bool parse(std::string_view text, double& position, double& flags);

/** How a file was opened, by its flags: r, w, a, r+ or a+. */
std::string_view mode_of(double flags);

}  // namespace sysgraph::open_file
