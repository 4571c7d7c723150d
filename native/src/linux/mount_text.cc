#include <algorithm>
#include <map>
#include <set>

#include "../parse.h"
#include "disk.h"
#include "mount.h"

namespace sysgraph::mount {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/** What would split a line stands in it as a backslash and three octal digits. */
std::string decoded(std::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); i++) {
    const bool escaped = text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
                         is_octal(text[i + 3]);
    if (!escaped) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

bool has_item(const std::string& items, std::string_view item) {
  std::string_view rest = items;
  while (!rest.empty()) {
    if (take(rest, '\0') == item) return true;
  }
  return false;
}

/** Read-only is the place or the file system; the rest is what either says. */
std::string merged(std::string_view of_place, std::string_view of_filesystem) {
  const auto starts_read_only = [](std::string_view options) { return take(options, ',') == "ro"; };
  std::string items(starts_read_only(of_place) || starts_read_only(of_filesystem) ? "ro" : "rw");
  items += '\0';
  for (std::string_view options : {of_place, of_filesystem}) {
    while (!options.empty()) {
      const std::string option = decoded(take(options, ','));
      if (option.empty() || option == "rw" || option == "ro" || has_item(items, option)) continue;
      items += option;
      items += '\0';
    }
  }
  return items;
}

bool take_whole(std::string_view& line, double& value) {
  std::string_view word = take(line, ' ');
  return take_number(word, value) && word.empty();
}

bool parse_place(std::string_view line, Place& place) {
  if (!take_whole(line, place.id) || !take_whole(line, place.parent)) return false;
  if (!disk::parse_number(take(line, ' '), place.device_number)) return false;
  place.root = decoded(take(line, ' '));
  place.mountpoint = decoded(take(line, ' '));
  const std::string_view of_place = take(line, ' ');
  // How many fields stand before the dash is up to the kernel.
  while (take(line, ' ') != "-") {
    if (line.empty()) return false;
  }
  place.fstype = decoded(take(line, ' '));
  if (line.find(' ') == std::string_view::npos) return false;
  place.device = decoded(take(line, ' '));
  if (place.device == "none") place.device.clear();
  place.options = merged(of_place, take(line, ' '));
  return !place.mountpoint.empty() && place.mountpoint[0] == '/' && !place.fstype.empty();
}

// ---------------------------------------------------------------- what a place is

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/** File systems that hold what people put there, on another host or behind a program. */
bool is_remote(std::string_view fstype) {
  if (starts_with(fstype, "fuse.")) return !is_one_of(fstype, {"fuse.gvfsd-fuse", "fuse.portal", "fuse.lxcfs"});
  return is_one_of(fstype, {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "9p", "virtiofs", "afs", "lustre", "fuse"});
}

/** File systems whose kernel tells how full they are out of its own memory. */
bool answers_at_once(std::string_view fstype) {
  return is_one_of(fstype,
                   {"ext2",    "ext3",   "ext4",    "xfs",     "f2fs", "vfat",   "exfat",      "iso9660",  "squashfs",
                    "erofs",   "tmpfs",  "ramfs",   "rootfs",  "proc", "sysfs",  "devtmpfs",   "devpts",   "cgroup",
                    "cgroup2", "mqueue", "debugfs", "tracefs", "bpf",  "pstore", "securityfs", "hugetlbfs"});
}

/** The file systems in /proc/filesystems that need a device. */
std::set<std::string_view> on_devices(std::string_view filesystems) {
  std::set<std::string_view> names;
  std::string_view line;
  while (take_line(filesystems, line)) {
    if (!starts_with(line, "nodev")) names.insert(trimmed(line));
  }
  return names;
}

bool is_real(const Place& place, const std::set<std::string_view>& on_device) {
  constexpr double minors = 1 << 20;
  // A container has its files on something that is made up; they are real all the same.
  if (place.mountpoint == "/") return true;
  if (is_remote(place.fstype)) return true;
  if (place.device.empty()) return false;
  if (place.fstype == "zfs") return true;
  return on_device.empty() ? place.device_number >= minors : on_device.count(place.fstype) != 0;
}

/** The way to a place leads over all it is mounted in: each of them has to answer. */
void judge_patience(std::vector<Place>& places) {
  std::map<double, const Place*> by_id;
  for (const Place& place : places) by_id[place.id] = &place;
  for (Place& place : places) {
    const Place* at = &place;
    size_t steps = 0;
    for (; at != nullptr && answers_at_once(at->fstype) && steps <= places.size(); steps++) {
      const auto parent = by_id.find(at->parent);
      at = parent == by_id.end() || parent->second == at ? nullptr : parent->second;
    }
    place.may_hang = at != nullptr;
  }
}

/** Places by the place they are mounted in and where: of several the last, which lies on top. */
class Tree {
 public:
  explicit Tree(const std::vector<Place>& places) : places_(places) {
    std::map<double, bool> ids;
    for (const Place& place : places) ids[place.id] = true;
    for (size_t i = 0; i < places.size(); i++) {
      const bool has_parent = places[i].parent != places[i].id && ids.count(places[i].parent) != 0;
      children_[{has_parent ? places[i].parent : top, places[i].mountpoint}] = i;
    }
  }

  /** Walks a path as the kernel does: at each of its directories into what is mounted there, and into what on that. */
  const Place* walk(std::string_view path) const {
    const Place* at = step(nullptr, "/");
    for (size_t end = path.find('/', 1); path.size() > 1; end = path.find('/', end + 1)) {
      at = step(at, path.substr(0, end));
      if (end == std::string_view::npos) break;
    }
    return at;
  }

 private:
  static constexpr double top = -1;

  const Place* step(const Place* at, std::string_view path) const {
    for (;;) {
      const auto child = children_.find({at == nullptr ? top : at->id, path});
      if (child == children_.end()) return at;
      at = &places_[child->second];
    }
  }

  const std::vector<Place>& places_;
  std::map<std::pair<double, std::string_view>, size_t> children_;
};

/** A subvolume is a file system of its own on the device of others. */
std::string subvolume_of(const Place& place) {
  constexpr std::string_view key = "subvol=";
  std::string_view rest = place.options;
  while (!rest.empty()) {
    const std::string_view option = take(rest, '\0');
    if (starts_with(option, key)) return std::string(option.substr(key.size()));
  }
  return {};
}

/** A whole file system before a part of it, then the shortest path. */
bool is_better(const Place& a, const Place& b) {
  const auto is_whole = [](const Place& place) { return place.root == "/" || place.root == subvolume_of(place); };
  if (is_whole(a) != is_whole(b)) return is_whole(a);
  return a.mountpoint.size() < b.mountpoint.size();
}

}  // namespace

bool parse_mountinfo(std::string_view text, std::vector<Place>& places) {
  std::string_view line;
  while (take_line(text, line)) {
    Place place;
    if (parse_place(line, place)) places.push_back(std::move(place));
  }
  return !places.empty();
}

void judge(std::vector<Place>& places, std::string_view filesystems) {
  const Tree tree(places);
  const std::set<std::string_view> on_device = on_devices(filesystems);
  std::map<std::pair<double, std::string>, Place*> best;
  for (Place& place : places) {
    place.is_real = is_real(place, on_device);
    place.is_reachable = tree.walk(place.mountpoint) == &place;
    if (!place.is_real || !place.is_reachable) continue;
    Place*& known = best[{place.device_number, subvolume_of(place)}];
    if (known == nullptr || is_better(place, *known)) known = &place;
  }
  for (Place& place : places) {
    const auto known = best.find({place.device_number, subvolume_of(place)});
    place.is_duplicate = known != best.end() && known->second != &place;
  }
  judge_patience(places);
}

LastPlaces::Places LastPlaces::of(std::string_view text, const std::function<std::string_view()>& filesystems) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (places_ != nullptr && text == text_) return places_;
  std::string own(text);
  auto places = std::make_shared<std::vector<Place>>();
  if (!parse_mountinfo(own, *places)) return nullptr;
  const std::string_view kinds = filesystems();
  judge(*places, kinds);
  if (kinds.empty()) return places;
  text_ = std::move(own);
  places_ = std::move(places);
  return places_;
}

const Place* place_of(const std::vector<Place>& places, std::string_view path) { return Tree(places).walk(path); }

std::string plain_path(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::string_view name = take(path, '/');
    if (name == ".." && !names.empty()) names.pop_back();
    if (!name.empty() && name != "." && name != "..") names.push_back(name);
  }
  std::string plain;
  for (const std::string_view name : names) plain.append("/").append(name);
  return plain.empty() ? "/" : plain;
}

bool hides_processes(std::string_view mountinfo, const std::string& proc) {
  std::vector<Place> places;
  parse_mountinfo(mountinfo, places);
  const auto is_proc = [root = plain_path(proc)](const Place& place) { return place.mountpoint == root; };
  const auto last = std::find_if(places.rbegin(), places.rend(), is_proc);
  // The kernel leaves the option out where it hides nothing.
  return last != places.rend() && last->options.find("hidepid=") != std::string::npos;
}

}  // namespace sysgraph::mount
