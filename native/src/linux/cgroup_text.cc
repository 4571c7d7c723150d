#include <vector>

#include "../parse.h"
#include "cgroup.h"

namespace sysgraph::cgroup {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

/** How the engines that number their containers write an id. */
bool is_long_id(std::string_view text) {
  if (text.size() != 64) return false;
  for (const char c : text) {
    if (!is_hex_digit(c)) return false;
  }
  return true;
}

/** How a runtime names the control group of a container: what stands before and after the id. */
struct Form {
  std::string_view prefix;
  std::string_view suffix;
  std::string_view runtime;
  /** The id is 64 hexadecimal digits; otherwise it is a name that somebody chose. */
  bool is_long;
};

constexpr Form forms[] = {
    {"docker-", ".scope", "docker", true},
    {"cri-containerd-", ".scope", "containerd", true},
    {"nerdctl-", ".scope", "containerd", true},
    {"crio-", ".scope", "cri-o", true},
    {"crio-", "", "cri-o", true},
    {"libpod-", ".scope", "podman", true},
    {"libpod-payload-", "", "podman", true},
    {"libpod-", "", "podman", true},
    {"lxc.payload.", "", "lxc", false},
    {"machine-", ".scope", "systemd-nspawn", false},
    {"systemd-nspawn@", ".service", "systemd-nspawn", false},
};

/** What runs the containers whose control groups stand right below one of this name. */
struct Parent {
  std::string_view name;
  std::string_view runtime;
  bool is_long;
};

constexpr Parent parents[] = {
    {"docker", "docker", true},
    {"libpod_parent", "podman", true},
    {"lxc", "lxc", false},
    {"lxc.payload", "lxc", false},
};

/** systemd writes what a unit's name may not have as \xNN. */
std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (starts_with(text, "\\x2d")) {
      plain += '-';
      text.remove_prefix(4);
    } else {
      plain += text[0];
      text.remove_prefix(1);
    }
  }
  return plain;
}

/** Machines are what machined knows: containers, but virtual machines too. */
bool is_virtual_machine(std::string_view id) { return starts_with(id, "qemu\\x2d"); }

bool take_form(std::string_view segment, const Form& form, Container& found) {
  if (!starts_with(segment, form.prefix) || !ends_with(segment, form.suffix)) return false;
  if (segment.size() <= form.prefix.size() + form.suffix.size()) return false;
  segment.remove_prefix(form.prefix.size());
  segment.remove_suffix(form.suffix.size());
  if (form.is_long ? !is_long_id(segment) : is_virtual_machine(segment)) return false;
  found = {form.is_long ? std::string(segment) : unescaped(segment), form.runtime};
  return true;
}

/** containerd below systemd's driver: SLICE:cri-containerd:ID. */
bool take_colons(std::string_view segment, Container& found) {
  constexpr std::string_view mark = ":cri-containerd:";
  const size_t at = segment.find(mark);
  if (at == std::string_view::npos || !is_long_id(segment.substr(at + mark.size()))) return false;
  found = {std::string(segment.substr(at + mark.size())), "containerd"};
  return true;
}

bool take_container(std::string_view segment, std::string_view above, Container& found) {
  for (const Form& form : forms) {
    if (take_form(segment, form, found)) return true;
  }
  if (take_colons(segment, found)) return true;
  for (const Parent& parent : parents) {
    if (above != parent.name || (parent.is_long && !is_long_id(segment))) continue;
    found = {std::string(segment), parent.runtime};
    return true;
  }
  if (!is_long_id(segment)) return false;
  found = {std::string(segment), {}};
  return true;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::string_view segment = take(path, '/');
    if (!segment.empty()) segments.push_back(segment);
  }
  return segments;
}

/** How much the path of a hierarchy is worth: systemd keeps its own in order, memory and CPU mostly have the same. */
int worth(std::string_view id, std::string_view controllers, std::string_view path) {
  if (path.empty() || path == "/") return 0;
  if (id == "0" && controllers.empty()) return 4;
  if (controllers == "name=systemd") return 3;
  return controllers == "memory" || starts_with(controllers, "cpu") ? 2 : 1;
}

}  // namespace

bool parse(std::string_view text, std::string_view& path) {
  bool is_known = false;
  int best = 0;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view id = take(line, ':');
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.substr(colon + 1, 1) != "/") return false;
    const std::string_view controllers = take(line, ':');
    const int value = worth(id, controllers, line);
    if (!is_known || value > best) path = line;
    best = value > best ? value : best;
    is_known = true;
  }
  return is_known && text.empty();
}

Container container_of(std::string_view path) {
  const std::vector<std::string_view> segments = segments_of(path);
  Container found;
  for (size_t i = segments.size(); i-- > 0;) {
    if (take_container(segments[i], i > 0 ? segments[i - 1] : std::string_view(), found)) break;
  }
  return found;
}

std::string_view unit_of(std::string_view path) {
  for (std::string_view segment : segments_of(path)) {
    // A name that the kernel could take for a file of its own is kept from it by a line before it.
    if (segment[0] == '_') segment.remove_prefix(1);
    if (ends_with(segment, ".slice")) continue;
    for (const std::string_view kind : {".service", ".scope", ".socket", ".mount", ".swap"}) {
      if (segment.size() > kind.size() && ends_with(segment, kind)) return segment;
    }
    return {};
  }
  return {};
}

Place place_of(std::string_view path) {
  const std::string_view unit = unit_of(path);
  return {container_of(path), unit, ends_with(unit, ".service") ? std::string(unit) + '\0' : ""};
}

}  // namespace sysgraph::cgroup
