#include "chips.h"

#include <algorithm>
#include <map>

#include "../parse.h"
#include "attributes.h"
#include "sensor.h"

namespace sysgraph {
namespace {

/** A directory of files about channels: temp1_input, temp1_label, fan2_input. */
struct Chip {
  std::string directory;
  std::string name;
  std::string id;
};

/** The channels of a directory by their number, whether or not they can be read. */
std::vector<std::string> channels_in(const std::string& directory, std::string_view kind) {
  std::map<double, std::string> channels;
  for (const std::string& file : names_in(directory)) {
    const std::string_view channel = sensor::channel_of(file, kind);
    if (!channel.empty()) channels.emplace(numbered(channel, kind), channel);
  }
  std::vector<std::string> names;
  names.reserve(channels.size());
  for (const auto& [number, name] : channels) names.push_back(name);
  return names;
}

/** Old kernels had the thermometers of the CPU in a place of their own, and some had them nowhere else. */
std::vector<std::string> list_directories(const std::string& sys, std::string_view kind) {
  std::vector<std::string> paths;
  const std::string base = sys + "/class/hwmon";
  const std::vector<std::string> listed = names_in(base);
  paths.reserve(listed.size());
  for (const std::string& name : listed) paths.push_back(path_of(base, name));
  if (kind != "temp") return paths;
  const std::string platform = sys + "/devices/platform";
  for (const std::string& device : names_in(platform)) {
    if (!starts_with(device, "coretemp.")) continue;
    const std::string own = path_of(platform, device) + "/hwmon";
    for (const std::string& name : names_in(own)) {
      if (!std::binary_search(listed.begin(), listed.end(), name)) paths.push_back(path_of(own, name));
    }
  }
  return paths;
}

std::string place_of(const std::string& path, const std::string& sys) {
  const std::string target = link_target(path);
  return target.empty() ? sensor::place_of(path.substr(sys.size() + 1)) : sensor::place_of(target);
}

/** Files stand beside the name of the chip, or else, in old kernels, in the directory of its device. */
std::vector<Chip> list_chips(const std::string& sys, std::string_view kind) {
  Attributes files;
  std::vector<Chip> chips;
  std::map<std::string, int> seen;
  for (const std::string& path : list_directories(sys, kind)) {
    for (const std::string& directory : {path, path + "/device"}) {
      if (channels_in(directory, kind).empty()) continue;
      const std::string name = files.text(directory + "/name");
      if (name.empty()) continue;
      std::string id = std::string(name).append("@").append(place_of(path, sys));
      if (const int before = seen[id]++) id += "#" + std::to_string(before + 1);
      chips.push_back({directory, name, id});
      break;
    }
  }
  return chips;
}

using Channels = std::vector<Channel>;

/** Takes "temp /sys/class/hwmon/hwmon0": one kind of channel that hangs says nothing of the other. */
Channels read_directory(const std::string& key) {
  const std::string kind = key.substr(0, key.find(' '));
  const std::string directory = key.substr(kind.size() + 1);
  const bool is_temperature = kind == "temp";
  Attributes files;
  Channels channels;
  for (const std::string& name : channels_in(directory, kind)) {
    const std::string path = path_of(directory, name);
    const auto read = [&](const char* file) {
      return is_temperature ? sensor::degrees(files.text(path + file)) : files.number(path + file);
    };
    Channel channel;
    channel.id = name;
    channel.value = read("_input");
    // One that does not work is left out: the others are none the worse for it.
    if (!is_known(channel.value)) continue;
    channel.label = files.text(path + "_label");
    if (is_temperature) {
      channel.high = read("_max");
      channel.critical = read("_crit");
      sensor::settle_limits(channel.high, channel.critical);
    }
    channels.push_back(std::move(channel));
  }
  return channels;
}

/** What a chip has that does not answer: that much its directory tells without it. */
Channels silent(const std::string& directory, const std::string& kind) {
  Channels channels;
  for (const std::string& name : channels_in(directory, kind)) {
    channels.emplace_back();
    channels.back().id = name;
  }
  return channels;
}

Channel read_zone(const std::string& path) {
  Attributes files;
  Channel channel;
  channel.value = sensor::degrees(files.text(path + "/temp"));
  for (const std::string& file : names_in(path)) {
    constexpr std::string_view suffix = "_type";
    if (!starts_with(file, "trip_point_") || file.size() < suffix.size()) continue;
    const std::string point = file.substr(0, file.size() - suffix.size());
    if (point + std::string(suffix) != file) continue;
    const std::string type = files.text(path_of(path, file));
    const double limit = sensor::degrees(files.text(path_of(path, point) + "_temp"));
    if (type == "critical") channel.critical = limit;
    if (type == "hot" || type == "high") channel.high = limit;
  }
  sensor::settle_limits(channel.high, channel.critical);
  return channel;
}

}  // namespace

Channels read_channels(Host& host, const std::string& kind) {
  const std::vector<Chip> chips = list_chips(host.sys, kind);
  std::vector<std::string> keys;
  keys.reserve(chips.size());
  for (const Chip& chip : chips) keys.push_back(kind + " " + chip.directory);
  const auto answers = host.sensors.each<Channels>(keys, read_directory);
  Channels channels;
  for (size_t i = 0; i < chips.size(); i++) {
    for (Channel channel : answers[i] ? *answers[i] : silent(chips[i].directory, kind)) {
      channel.id = chips[i].id + "/" + channel.id;
      channel.chip = chips[i].name;
      channels.push_back(std::move(channel));
    }
  }
  return channels;
}

Channels read_zones(Host& host) {
  const std::string base = host.sys + "/class/thermal/";
  std::map<double, std::string> zones;
  for (const std::string& name : names_in(base)) {
    const double number = numbered(name, "thermal_zone");
    if (is_known(number)) zones.emplace(number, name);
  }
  std::vector<std::string> keys;
  keys.reserve(zones.size());
  for (const auto& [number, name] : zones) keys.push_back(base + name);
  const auto answers = host.sensors.each<Channel>(keys, read_zone);
  Attributes files;
  Channels channels;
  for (size_t i = 0; i < keys.size(); i++) {
    Channel channel = answers[i].value_or(Channel{});
    channel.chip = files.text(keys[i] + "/type");
    if (channel.chip.empty() || (answers[i] && !is_known(channel.value))) continue;
    channel.id = channel.chip + "@" + keys[i].substr(base.size());
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace sysgraph
