#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>

#include "address.h"
#include "netlink_socket.h"

namespace sysgraph::address {
namespace {

constexpr size_t bytes_of(int family) { return family == AF_INET ? 4 : 16; }

std::string netmask_of(int family, uint8_t prefix_length) {
  std::string mask(bytes_of(family), '\0');
  for (size_t bit = 0; bit < std::min<size_t>(prefix_length, mask.size() * 8); bit++) {
    mask[bit / 8] = static_cast<char>(mask[bit / 8] | (0x80 >> bit % 8));
  }
  return ip_text(family, mask);
}

/** The names ip(8) has for them. */
std::string scope_of(uint8_t scope) {
  switch (scope) {
    case RT_SCOPE_UNIVERSE:
      return "global";
    case RT_SCOPE_SITE:
      return "site";
    case RT_SCOPE_LINK:
      return "link";
    case RT_SCOPE_HOST:
      return "host";
    case RT_SCOPE_NOWHERE:
      return "nowhere";
    default:
      return std::to_string(scope);
  }
}

}  // namespace

bool parse_address(std::string_view body, Found& found) {
  ifaddrmsg head{};
  if (!netlink::copy_front(body, head) || (head.ifa_family != AF_INET && head.ifa_family != AF_INET6)) return false;
  const auto text = [&](std::string_view bytes) { return ip_text(head.ifa_family, bytes); };
  std::string local;
  std::string_view rest = netlink::after(body, sizeof head);
  netlink::Attribute attribute;
  while (netlink::take_attribute(rest, attribute)) {
    if (attribute.type == IFA_ADDRESS) found.address = text(attribute.value);
    if (attribute.type == IFA_LOCAL) local = text(attribute.value);
    if (attribute.type == IFA_BROADCAST) found.broadcast = text(attribute.value);
  }
  // Where there is a peer IFA_ADDRESS is the peer's.
  if (!local.empty()) {
    if (local != found.address) found.peer = found.address;
    found.address = local;
  }
  found.index = static_cast<int32_t>(head.ifa_index);
  found.family = head.ifa_family;
  found.is_of_link = head.ifa_family == AF_INET6 && head.ifa_scope == RT_SCOPE_LINK;
  found.prefix_length = head.ifa_prefixlen;
  found.netmask = netmask_of(head.ifa_family, head.ifa_prefixlen);
  found.scope = scope_of(head.ifa_scope);
  if (head.ifa_prefixlen == bytes_of(head.ifa_family) * 8) found.broadcast.clear();
  return !found.address.empty();
}

std::string hardware_text(std::string_view bytes) {
  if (bytes.empty()) return {};
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < std::max<size_t>(bytes.size(), 6); i++) {
    const auto byte = i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
    if (i > 0) text.push_back(':');
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

std::string ip_text(int family, std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes.size() < bytes_of(family)) return {};
  return inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr ? "" : text.data();
}

}  // namespace sysgraph::address
