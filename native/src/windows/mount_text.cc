#include "mount_table.h"

#include "utf16.h"

namespace sysgraph::mount {
namespace {

// As GetVolumeInformationW has them.
constexpr uint32_t is_compressed = 0x8000;
constexpr uint32_t is_read_only = 0x80000;

const char* type_name(uint32_t type) {
  static constexpr const char* names[] = {"unknown", "unmounted", "removable", "fixed", "remote", "cdrom", "ramdisk"};
  return type < sizeof names / sizeof names[0] ? names[type] : names[0];
}

/** Letters of either case are the same to Windows, and either stroke. */
std::string folded(std::string path) {
  for (char& c : path) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '/') c = '\\';
  }
  return path;
}

}  // namespace

std::vector<std::string> split_drives(std::string_view bytes) {
  std::vector<std::string> drives;
  const std::string names = utf8_of(bytes);
  for (size_t at = 0; at < names.size() && names[at] != '\0'; at += drives.back().size() + 1)
    drives.push_back(names.substr(at, names.find('\0', at) - at));
  return drives;
}

std::string options_text(bool is_known, uint32_t flags, uint32_t type) {
  std::string options;
  const auto add = [&](const char* option) { options += std::string(option) + '\0'; };
  if (is_known) add((flags & is_read_only) != 0 ? "ro" : "rw");
  if (is_known && (flags & is_compressed) != 0) add("compressed");
  add(type_name(type));
  return options;
}

int place_of(const std::string& path, const std::vector<std::string>& places) {
  // What is a place itself lies in it, whether it is written with a stroke at its end or not.
  const std::string wanted = folded(path) + '\\';
  int best = -1;
  size_t length = 0;
  for (size_t i = 0; i < places.size(); i++) {
    const std::string place = folded(places[i]);
    if (place.size() <= length || wanted.compare(0, place.size(), place) != 0) continue;
    best = static_cast<int>(i);
    length = place.size();
  }
  return best;
}

}  // namespace sysgraph::mount
