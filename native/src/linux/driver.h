#pragma once
#include <string>
#include <vector>

#include "network.h"

namespace sysgraph::network {

/** What the driver of an interface says of its line. */
struct Settings {
  ReadStatus status = ReadStatus::Ok;
  double duplex = none;
  double speed = none;
};

/** What an errno of the driver means: many have nothing to tell, and say so in many ways. */
Settings refused(int error);

/** The settings of each interface; drivers may hang, so each has its time. */
std::vector<Settings> read_settings(Host& host, const std::vector<Interface>& interfaces);

}  // namespace sysgraph::network
