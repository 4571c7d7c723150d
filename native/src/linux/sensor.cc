// Thermometers, fans and batteries, from /sys/class.
#include "sensor.h"

#include "../parse.h"
#include "attributes.h"
#include "chips.h"

namespace sysgraph {
namespace {

using sensor::Charge;

constexpr uint32_t the_list = 0;

/** The supplies of a host: what it takes its power from, and batteries. */
class Supplies {
 public:
  explicit Supplies(const Host& host) : base_(host.sys + "/class/power_supply/"), names_(names_in(base_)) {
    for (const std::string& name : names_) connect(name);
  }

  const std::vector<std::string>& names() const { return names_; }

  /** What is connected to the host may have a battery of its own, which is not the host's. */
  bool is_battery(const std::string& name) {
    if (read(name, "scope") == "Device" || read(name, "present") == "0") return false;
    return read(name, "type") == "Battery" || sensor::is_battery_name(name);
  }

  Charge charge(const std::string& name) {
    Charge charge;
    // Energy or charge: figures of the one say nothing about those of the other.
    for (const auto& [unit, rate] : {std::pair{"energy", "power_now"}, std::pair{"charge", "current_now"}}) {
      if (is_known(charge.now)) continue;
      charge.now = number(name, std::string(unit) + "_now");
      charge.full = number(name, std::string(unit) + "_full");
      charge.rate = number(name, rate);
    }
    charge.capacity = number(name, "capacity");
    charge.seconds_left = number(name, "time_to_empty_now");
    charge.is_connected = is_connected_;
    charge.status = read(name, "status");
    return charge;
  }

 private:
  std::string read(const std::string& name, const std::string& file) { return files_.text(base_ + name + "/" + file); }
  double number(const std::string& name, const std::string& file) { return files_.number(base_ + name + "/" + file); }

  void connect(const std::string& name) {
    const std::string type = read(name, "type");
    const bool is_source = type == "Mains" || type == "USB" || (type.empty() && starts_with(name, "AC"));
    const double online = is_source ? number(name, "online") : none;
    if (is_known(online) && is_connected_ != 1) is_connected_ = online > 0 ? 1 : 0;
  }

  Attributes files_;
  const std::string base_;
  const std::vector<std::string> names_;
  double is_connected_ = none;
};

}  // namespace

void read_temperature(Host& host, const Request& request, Rows& rows) {
  std::vector<Channel> channels = read_channels(host, "temp");
  if (channels.empty()) channels = read_zones(host);
  rows.count_read(the_list, static_cast<uint32_t>(channels.size()));
  for (const int32_t owner : request.keys) {
    for (const Channel& of : channels) {
      rows.begin(owner);
      put(rows, temperature::Temperatures{of.id, of.chip, of.label, of.value, of.high, of.critical});
    }
  }
}

void read_fan(Host& host, const Request& request, Rows& rows) {
  const std::vector<Channel> channels = read_channels(host, "fan");
  rows.count_read(the_list, static_cast<uint32_t>(channels.size()));
  for (const int32_t owner : request.keys) {
    for (const Channel& of : channels) {
      rows.begin(owner);
      put(rows, fan::Fans{of.id, of.chip, of.label, of.value});
    }
  }
}

void read_battery(Host& host, const Request& request, Rows& rows) {
  Supplies supplies(host);
  for (const int32_t owner : request.keys) {
    for (const std::string& name : supplies.names()) {
      if (!supplies.is_battery(name)) continue;
      rows.count_read(the_list);
      const Charge charge = supplies.charge(name);
      rows.begin(owner);
      put(rows, battery::Batteries{name, sensor::percent_left(charge), sensor::seconds_left(charge),
                                   sensor::is_plugged_in(charge)});
    }
  }
}

}  // namespace sysgraph
