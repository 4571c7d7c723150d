#pragma once
#include <string>
#include <string_view>

// Signals by their names: SIGTERM, SIGRTMIN+3.
namespace sysgraph {

/** What signal(7) calls it; its number where it has no name there. */
std::string signal_name(int number);

/** The number of a name, with or without its SIG; 0 if there is no such signal. */
int signal_number(std::string_view name);

}  // namespace sysgraph
