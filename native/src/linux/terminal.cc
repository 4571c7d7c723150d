#include "terminal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../parse.h"

namespace sysgraph {
namespace {

/** The tty_nr of stat has the bits of a device number in an order of its own. */
dev_t device_of(double tty) {
  const uint32_t bits = bits_of(tty);
  return makedev(bits >> 8 & 0xfff, (bits & 0xff) | (bits >> 12 & 0xfff00));
}

void take_devices(const std::string& root, const std::string& folder, std::string_view prefix,
                  std::map<dev_t, std::string>& names) {
  DIR* const devices = opendir((root + folder).c_str());
  if (devices == nullptr) return;
  while (const dirent* entry = readdir(devices)) {
    struct stat of {};
    if (!starts_with(entry->d_name, prefix) || fstatat(dirfd(devices), entry->d_name, &of, 0) != 0) continue;
    if (S_ISCHR(of.st_mode)) names.emplace(of.st_rdev, folder + entry->d_name);
  }
  closedir(devices);
}

}  // namespace

void Terminals::look(const std::string& root) {
  names_.clear();
  take_devices(root, "/dev/", "tty", names_);
  take_devices(root, "/dev/pts/", "", names_);
}

std::string Terminals::name(const std::string& root, double tty, bool& looked) {
  const dev_t device = device_of(tty);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (names_.count(device) == 0 && !looked) {
    look(root);
    looked = true;
  }
  const auto found = names_.find(device);
  return found == names_.end() ? std::string() : found->second;
}

}  // namespace sysgraph
