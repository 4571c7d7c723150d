#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of sensors.
namespace sysgraph::sensor {

/** The channel that a file of hwmon belongs to: "temp1" of "temp1_input"; empty if it is no `kind` of channel. */
std::string_view channel_of(std::string_view file, std::string_view kind);

/** Thousandths of a degree, as the kernel counts; none if it is no number. */
double degrees(std::string_view text);

/** Where only one of them is known, the other is the same. */
void settle_limits(double& high, double& critical);

/** Where in the hardware a chip sits, from where the link to it leads: the same after every boot. */
std::string place_of(std::string_view target);

/** What the kernel says of a battery; none or empty where it does not say. */
struct Charge {
  double now = none;
  double full = none;
  /** How fast `now` changes, in the same unit an hour. */
  double rate = none;
  double capacity = none;
  double seconds_left = none;
  /** Whether any of what it is charged from is connected. */
  double is_connected = none;
  std::string status;
};

double percent_left(const Charge& charge);
double is_plugged_in(const Charge& charge);
double seconds_left(const Charge& charge);

/** True if a power supply of this name is a battery, where its type is not known. */
bool is_battery_name(std::string_view name);

}  // namespace sysgraph::sensor
