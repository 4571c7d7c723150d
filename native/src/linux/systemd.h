#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bus.h"

// Where systemd is on the bus.
namespace sysgraph {

constexpr const char* systemd = "org.freedesktop.systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";

using Texts = std::vector<std::string>;

inline Call of_manager(std::string member, std::vector<std::variant<std::string, Texts>> arguments) {
  return {systemd, "/org/freedesktop/systemd1", manager_interface, std::move(member), std::move(arguments)};
}

}  // namespace sysgraph
