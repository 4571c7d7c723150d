#pragma once
#include <string>
#include <string_view>

namespace sysgraph::cpu {

/** ARM's cpuinfo has numbers for names; empty where this version does not know them. */
std::string arm_vendor(std::string_view implementer);
std::string arm_model(std::string_view implementer, std::string_view part);

}  // namespace sysgraph::cpu
