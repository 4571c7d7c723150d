#include "driver.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <memory>

#include "../parse.h"
#include "../posix/file.h"
#include "host.h"

namespace sysgraph::network {
namespace {

int ask(int fd, const std::string& name, void* question) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = static_cast<char*>(question);
  return ioctl(fd, SIOCETHTOOL, &request) == 0 ? 0 : errno;
}

/** How kernels before 4.6 tell it. */
int ask_as_before(int fd, const std::string& name, Settings& settings) {
  ethtool_cmd line{};
  line.cmd = ETHTOOL_GSET;
  const int error = ask(fd, name, &line);
  if (error == 0) settings = {ReadStatus::Ok, duplex_of(line.duplex), speed_of(ethtool_cmd_speed(&line))};
  return error;
}

/** Asked twice: first how long the lists of modes are, which stand behind the rest, and then with room for them. */
int ask_line(int fd, const std::string& name, Settings& settings) {
  ethtool_link_settings line{};
  // All that the number of words can say, three lists of them.
  std::array<char, sizeof line + size_t{3} * INT8_MAX * sizeof(uint32_t)> room{};
  for (int8_t words = 0;; words = static_cast<int8_t>(-line.link_mode_masks_nwords)) {
    line = {};
    line.cmd = ETHTOOL_GLINKSETTINGS;
    line.link_mode_masks_nwords = words;
    std::memcpy(room.data(), &line, sizeof line);
    const int error = ask(fd, name, room.data());
    if (error == EOPNOTSUPP && words == 0) return ask_as_before(fd, name, settings);
    if (error != 0) return error;
    std::memcpy(&line, room.data(), sizeof line);
    // A negative number is the answer to the first question only.
    if (line.link_mode_masks_nwords >= 0) break;
    if (words != 0) return EINVAL;
  }
  settings = {ReadStatus::Ok, duplex_of(line.duplex), speed_of(line.speed)};
  return 0;
}

using Ask = std::function<Settings(const std::string& name)>;

Ask asking_drivers() {
  // Any socket will do, and no sandbox that lets us ask the system's services forbids this kind.
  const auto fd = std::make_shared<Descriptor>(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int refusal = fd->get() < 0 ? errno : 0;
  return [fd, refusal](const std::string& name) {
    Settings settings;
    const int error = refusal != 0 ? refusal : ask_line(fd->get(), name, settings);
    return error == 0 ? settings : refused(error);
  };
}

/** The same as files; a read of them fails where the driver has nothing to tell. */
Settings read_files(const std::string& folder) {
  FileReader file;
  Settings settings = refused(EOPNOTSUPP);
  if (file.whole(AT_FDCWD, (folder + "/duplex").c_str()) == ReadStatus::Ok) {
    const std::string_view duplex = file.text();
    settings.duplex = duplex_of(duplex == "full\n" ? DUPLEX_FULL : duplex == "half\n" ? DUPLEX_HALF : DUPLEX_UNKNOWN);
  }
  double speed = 0;
  if (file.whole(AT_FDCWD, (folder + "/speed").c_str()) == ReadStatus::Ok) {
    std::string_view text = file.text();
    if (take_number(text, speed) && speed > 0 && speed <= UINT32_MAX) {
      settings.speed = speed_of(static_cast<uint32_t>(speed));
    }
  }
  return settings;
}

}  // namespace

Settings refused(int error) {
  if (error == ENODEV) return {ReadStatus::Gone, none, none};
  const bool tells_nothing = error == EOPNOTSUPP || error == EINVAL || error == EBUSY;
  return {tells_nothing ? ReadStatus::Ok : status_of(error), duplex_of(DUPLEX_UNKNOWN), none};
}

std::vector<Settings> read_settings(Host& host, const std::vector<Interface>& interfaces) {
  std::vector<std::string> names;
  std::transform(interfaces.begin(), interfaces.end(), std::back_inserter(names), [](auto& one) { return one.name; });
  const std::string folder = host.sys + "/class/net/";
  const Ask reading_files = [folder](const std::string& name) { return read_files(folder + name); };
  const auto results = host.drivers.each<Settings>(names, host.live ? asking_drivers() : reading_files);
  std::vector<Settings> settings;
  settings.reserve(results.size());
  for (const auto& result : results) settings.push_back(result.value_or(Settings{ReadStatus::TimedOut, none, none}));
  return settings;
}

}  // namespace sysgraph::network
