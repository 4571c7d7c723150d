#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host.h"

namespace sysgraph {

/** What a chip measures at one of its places. */
struct Channel {
  /** Differs from that of any other channel, and stays the same from boot to boot. */
  std::string id;
  std::string chip;
  std::string label;
  /** None if the chip did not answer in time. */
  double value = none;
  double high = none;
  double critical = none;
};

/** The channels of a kind ("temp", "fan") of every chip that hwmon lists. What is broken is left out. */
std::vector<Channel> read_channels(Host& host, const std::string& kind);

/** The zones that the kernel watches, for hosts whose chips it does not know. */
std::vector<Channel> read_zones(Host& host);

}  // namespace sysgraph
