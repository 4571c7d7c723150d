#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../counters.h"
#include "../gen/tables.h"

namespace sysgraph::network {

/** What an interface counts, in the order of the columns of io. */
using Counts = std::array<double, 8>;

/** An interface as the kernel tells of it: what it left out is none or empty. */
struct Interface {
  int32_t index = 0;
  std::string name;
  /** IFF_*; none where they are not known. */
  double flags = none;
  double mtu = none;
  /** Hardware addresses, as bytes. */
  std::string hardware;
  std::string broadcast;
  bool is_counted = false;
  Counts counts{};
};

// ---------------------------------------------------------------- the pure half

/** RTM_NEWLINK. */
bool parse_link(std::string_view body, Interface& interface);

/** RTM_NEWSTATS: an index and what it counts. */
bool parse_stats(std::string_view body, Interface& interface);

/** /proc/net/dev: names may hold a colon, and nothing may stand after the last one. */
bool parse_dev(std::string_view text, std::vector<Interface>& interfaces);

/** The names of flags, each ended by a NUL, in psutil's order. */
std::string flag_names(uint32_t flags);

/** What ethtool tells of a driver that does not know its speed is the largest number there is. */
double speed_of(uint32_t mbps);
double duplex_of(uint8_t duplex);

// ---------------------------------------------------------------- the other half

/** What to ask an interface for: its counters cost as much as all the rest. */
enum class With { Counts, NoCounts, NothingElse };

/** Every interface, from the kernel; by files where it does not speak netlink, or is not ours. */
ReadStatus list_interfaces(const Host& host, With with, std::vector<Interface>& interfaces);

/** Every interface as it was, counted or not. */
struct Listing {
  ReadStatus status = ReadStatus::Ok;
  std::vector<Interface> interfaces;
};

/** Every interface, its counters such as never run backwards. */
ReadStatus count_interfaces(Host& host, With with, std::vector<Interface>& interfaces);

/** What all of them counted together. */
ReadStatus total(Host& host, Counts& counts);

}  // namespace sysgraph::network
