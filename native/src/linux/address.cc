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

}  // namespace

void read_address(Host& host, const Request& request, Rows& rows) {
  std::vector<Interface> interfaces;
  std::vector<Found> found;
  rows.count_read(addresses);
  // No file has them all.
  ReadStatus status = ReadStatus::Unsupported;
  if (host.live) status = network::list_interfaces(host, network::With::NoCounts, interfaces);
  if (status == ReadStatus::Ok) status = list_addresses(found);
  for (const int32_t index : request.keys) {
    const auto interface =
        std::find_if(interfaces.begin(), interfaces.end(), [&](const Interface& one) { return one.index == index; });
    if (status != ReadStatus::Ok || interface == interfaces.end()) {
      rows.begin(index);
      rows.fail(addresses, status == ReadStatus::Ok ? ReadStatus::Gone : status);
      continue;
    }
    for (const Found& one : found) {
      if (one.index == index) write_found(rows, *interface, one);
    }
    write_hardware(rows, *interface);
  }
}

}  // namespace sysgraph
