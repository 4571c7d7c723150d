// Addresses of network interfaces, by netlink.
#include "address.h"

#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>

#include "host.h"
#include "netlink_socket.h"
#include "network.h"

namespace sysgraph {
namespace {

using namespace address;
using network::Interface;

ReadStatus list_addresses(std::vector<Found>& found) {
  ifaddrmsg body{};
  netlink::Netlink route(NETLINK_ROUTE);
  int error = EINTR;
  for (int attempt = 0; attempt < 3 && error == EINTR; attempt++) {
    found.clear();
    error = route.dump(RTM_GETADDR, netlink::question(body), [&](const netlink::Message& message) {
      Found one;
      if (parse_address(message.body, one)) found.push_back(std::move(one));
    });
  }
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.family < b.family; });
  return error == EINTR ? ReadStatus::Ok : status_of(error);
}

network::Listing list_links(const Host& host) {
  network::Listing links;
  if (host.live) links.status = network::list_interfaces(host, network::With::NoCounts, links.interfaces);
  return links;
}

std::string_view text_or_none(const std::string& text) { return text.empty() ? std::string_view() : text; }

void write_found(Rows& rows, const Interface& interface, const Found& found) {
  Addresses row;
  const std::string text = found.is_of_link ? found.address + "%" + interface.name : found.address;
  row.family = static_cast<double>(found.family == AF_INET ? AddressFamily::Inet : AddressFamily::Inet6);
  row.address = text;
  row.netmask = text_or_none(found.netmask);
  row.prefix_length = found.prefix_length;
  row.broadcast = text_or_none(found.broadcast);
  row.peer = text_or_none(found.peer);
  row.scope = text_or_none(found.scope);
  rows.begin(interface.index);
  put(rows, row);
}

/** What stands as broadcast is the other end where there is only one. */
void write_hardware(Rows& rows, const Interface& interface) {
  const std::string text = hardware_text(interface.hardware);
  if (text.empty()) return;
  const auto flags = static_cast<uint32_t>(interface.flags);
  const std::string other = hardware_text(interface.broadcast);
  Addresses row;
  row.family = static_cast<double>(AddressFamily::Link);
  row.address = text;
  if ((flags & IFF_BROADCAST) != 0) {
    row.broadcast = text_or_none(other);
  } else if ((flags & IFF_POINTOPOINT) != 0) {
    row.peer = text_or_none(other);
  }
  rows.begin(interface.index);
  put(rows, row);
}

void write_all(Rows& rows, const Interface& interface, const std::vector<Found>& all) {
  for (const Found& one : all) {
    if (one.index == interface.index) write_found(rows, interface, one);
  }
  write_hardware(rows, interface);
}

}  // namespace

void read_address(Host& host, const Request& request, Rows& rows) {
  std::vector<Found> found;
  rows.count_read(addresses);
  const auto links = host.links.of(request.call, [&] { return list_links(host); });
  const auto& interfaces = links->interfaces;
  // No file has them all.
  ReadStatus status = host.live ? links->status : ReadStatus::Unsupported;
  if (status == ReadStatus::Ok) status = list_addresses(found);
  const auto& keys = request.keys;
  if (request.lists()) {
    // Where they cannot be had, that is told of whom is asked for by name.
    if (status != ReadStatus::Ok) return;
    for (const Interface& one : interfaces) {
      if (std::find(keys.begin(), keys.end(), one.index) == keys.end()) write_all(rows, one, found);
    }
    return;
  }
  for (const int32_t index : keys) {
    const auto interface =
        std::find_if(interfaces.begin(), interfaces.end(), [&](const Interface& one) { return one.index == index; });
    if (status == ReadStatus::Ok && interface != interfaces.end()) {
      write_all(rows, *interface, found);
    } else {
      rows.begin(index);
      rows.fail(addresses, status == ReadStatus::Ok ? ReadStatus::Gone : status);
    }
  }
}

}  // namespace sysgraph
