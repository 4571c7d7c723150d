#pragma once
#include <string>
#include <string_view>

// What the control groups of a process tell of it: /proc/PID/cgroup of version 1, 2 or both.
namespace sysgraph::cgroup {

/** A container by the name its runtime gave it; no runtime where the path does not tell it. */
struct Container {
  std::string id;
  std::string_view runtime;
};

/** The path a process is at: of version 2 if that says anything, else of the hierarchy that says most. */
bool parse(std::string_view text, std::string_view& path);

/** The innermost container that a path leads into; without an id if there is none. */
Container container_of(std::string_view path);

/** The systemd unit that a path leads into; empty if there is none. */
std::string_view unit_of(std::string_view path);

/** What a path tells beside itself. */
struct Place {
  Container container;
  std::string_view unit;
  /** The unit as a list of services, each of which ends with a NUL: itself if it is one, else none. */
  std::string services;
};
Place place_of(std::string_view path);

}  // namespace sysgraph::cgroup
