#pragma once
#include <cstdint>
#include <string>
#include <string_view>

// The pure half of the reader of addresses.
namespace sysgraph::address {

/** An address of an interface as the kernel tells of it; what there is not is empty. */
struct Found {
  int32_t index = 0;
  /** AF_INET or AF_INET6. */
  int family = 0;
  /** True if it is worth nothing without the name of its interface. */
  bool is_of_link = false;
  uint8_t prefix_length = 0;
  std::string address;
  std::string netmask;
  std::string broadcast;
  std::string peer;
  std::string scope;
};

/** RTM_NEWADDR; false also for families other than the two. */
bool parse_address(std::string_view body, Found& found);

/** A hardware address as text: shorter ones filled up to six bytes, longer ones whole, none empty. */
std::string hardware_text(std::string_view bytes);

/** An IP address as text; empty if the bytes are too few for one. */
std::string ip_text(int family, std::string_view bytes);

}  // namespace sysgraph::address
