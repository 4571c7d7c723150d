#include "sensor.h"

#include <algorithm>
#include <cctype>

#include "../parse.h"

namespace sysgraph::sensor {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::string_view channel_of(std::string_view file, std::string_view kind) {
  const std::string_view channel = file.substr(0, file.find('_'));
  if (channel.size() == file.size() || !starts_with(channel, kind)) return {};
  const std::string_view number = channel.substr(kind.size());
  return !number.empty() && std::all_of(number.begin(), number.end(), is_digit) ? channel : std::string_view();
}

double degrees(std::string_view text) {
  std::string_view rest = trimmed(text);
  double value = none;
  return take_number(rest, value) && rest.empty() ? value / 1000 : none;
}

void settle_limits(double& high, double& critical) {
  if (!is_known(high)) high = critical;
  if (!is_known(critical)) critical = high;
}

std::string place_of(std::string_view target) {
  while (starts_with(target, "../")) target.remove_prefix(3);
  while (!target.empty()) {
    const size_t cut = target.rfind('/');
    const std::string_view last = cut == std::string_view::npos ? target : target.substr(cut + 1);
    // The kernel numbers chips anew at every boot.
    if (!starts_with(last, "hwmon") || cut == std::string_view::npos) break;
    target = target.substr(0, cut);
  }
  return std::string(target);
}

double percent_left(const Charge& charge) {
  if (is_known(charge.now) && is_known(charge.full)) {
    return std::clamp(percent_of(charge.now, charge.full), 0.0, 100.0);
  }
  return is_known(charge.capacity) ? std::clamp(charge.capacity, 0.0, 100.0) : none;
}

double is_plugged_in(const Charge& charge) {
  if (is_known(charge.is_connected)) return charge.is_connected;
  const std::string status = lower(charge.status);
  if (status == "discharging") return 0;
  return status == "charging" || status == "full" ? 1 : none;
}

double seconds_left(const Charge& charge) {
  constexpr double longest = 1e9;
  if (is_plugged_in(charge) == 1) return none;
  // The sign of a rate says which way it goes, and not every driver has it the same way.
  const double seconds = is_known(charge.now) && is_known(charge.rate)
                             ? std::floor(charge.now / std::abs(charge.rate) * 3600)
                             : charge.seconds_left;
  return seconds >= 0 && seconds <= longest ? seconds : none;
}

bool is_battery_name(std::string_view name) {
  return starts_with(name, "BAT") || lower(name).find("battery") != std::string::npos;
}

}  // namespace sysgraph::sensor
