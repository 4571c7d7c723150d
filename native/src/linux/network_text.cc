#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cstddef>

#include "../parse.h"
#include "netlink_socket.h"
#include "network.h"

namespace sysgraph::network {
namespace {

using netlink::copy_front;

/** Kernels have added counters at the end: only the first ones, which they all have, must be there. */
bool parse_counts(std::string_view bytes, Counts& counts) {
  rtnl_link_stats64 all{};
  if (bytes.size() < offsetof(rtnl_link_stats64, tx_aborted_errors)) return false;
  std::memcpy(&all, bytes.data(), std::min(bytes.size(), sizeof all));
  const uint64_t drops_in = all.rx_dropped + all.rx_missed_errors;
  const uint64_t in_order[] = {all.tx_bytes,  all.rx_bytes,  all.tx_packets, all.rx_packets,
                               all.rx_errors, all.tx_errors, drops_in,       all.tx_dropped};
  std::copy(std::begin(in_order), std::end(in_order), counts.begin());
  return true;
}

struct Flag {
  uint32_t bit;
  std::string_view name;
};

constexpr Flag flags_in_order[] = {
    {IFF_UP, "up"},
    {IFF_BROADCAST, "broadcast"},
    {IFF_DEBUG, "debug"},
    {IFF_LOOPBACK, "loopback"},
    {IFF_POINTOPOINT, "pointopoint"},
    {IFF_NOTRAILERS, "notrailers"},
    {IFF_RUNNING, "running"},
    {IFF_NOARP, "noarp"},
    {IFF_PROMISC, "promisc"},
    {IFF_ALLMULTI, "allmulti"},
    {IFF_MASTER, "master"},
    {IFF_SLAVE, "slave"},
    {IFF_MULTICAST, "multicast"},
    {IFF_PORTSEL, "portsel"},
    {IFF_AUTOMEDIA, "automedia"},
    {IFF_DYNAMIC, "dynamic"},
};

/** One line of /proc/net/dev. */
bool parse_dev_line(std::string_view line, Interface& interface) {
  const size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view name = line.substr(0, colon);
  skip_blanks(name);
  std::string_view rest = line.substr(colon + 1);
  std::array<double, 16> all{};
  for (double& value : all) {
    if (!take_number(rest, value)) return false;
  }
  interface.name = name;
  interface.is_counted = true;
  interface.counts = {all[8], all[0], all[9], all[1], all[2], all[10], all[3], all[11]};
  return !name.empty();
}

}  // namespace

bool parse_link(std::string_view body, Interface& interface) {
  ifinfomsg head{};
  if (!copy_front(body, head)) return false;
  interface.index = head.ifi_index;
  interface.flags = head.ifi_flags;
  std::string_view rest = netlink::after(body, sizeof head);
  netlink::Attribute attribute;
  while (netlink::take_attribute(rest, attribute)) {
    uint32_t mtu = 0;
    switch (attribute.type) {
      case IFLA_IFNAME:
        interface.name = netlink::text_of(attribute.value);
        break;
      case IFLA_MTU:
        if (copy_front(attribute.value, mtu)) interface.mtu = mtu;
        break;
      case IFLA_ADDRESS:
        interface.hardware = attribute.value;
        break;
      case IFLA_BROADCAST:
        interface.broadcast = attribute.value;
        break;
      case IFLA_STATS64:
        interface.is_counted = parse_counts(attribute.value, interface.counts);
        break;
      default:
        break;
    }
  }
  return interface.index > 0 && !interface.name.empty();
}

bool parse_stats(std::string_view body, Interface& interface) {
  if_stats_msg head{};
  if (!copy_front(body, head)) return false;
  interface.index = static_cast<int32_t>(head.ifindex);
  std::string_view rest = netlink::after(body, sizeof head);
  netlink::Attribute attribute;
  while (netlink::take_attribute(rest, attribute)) {
    if (attribute.type == IFLA_STATS_LINK_64) interface.is_counted = parse_counts(attribute.value, interface.counts);
  }
  return interface.index > 0 && interface.is_counted;
}

bool parse_dev(std::string_view text, std::vector<Interface>& interfaces) {
  std::string_view line;
  // Two lines of headings.
  if (!take_line(text, line) || !take_line(text, line)) return false;
  while (take_line(text, line)) {
    Interface interface;
    if (!parse_dev_line(line, interface)) return false;
    interfaces.push_back(std::move(interface));
  }
  return text.empty();
}

std::string flag_names(uint32_t flags) {
  std::string names;
  for (const auto& [bit, name] : flags_in_order) {
    if ((flags & bit) != 0) names.append(name).push_back('\0');
  }
  return names;
}

double speed_of(uint32_t mbps) { return mbps == 0 || mbps > INT32_MAX ? none : mbps; }

double duplex_of(uint8_t duplex) {
  const Duplex known = duplex == DUPLEX_FULL ? Duplex::Full : duplex == DUPLEX_HALF ? Duplex::Half : Duplex::Unknown;
  return static_cast<double>(known);
}

}  // namespace sysgraph::network
