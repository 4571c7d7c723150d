#pragma once
#include <string>
#include <vector>

#include "host.h"
#include "win32.h"

namespace sysgraph {

struct AdapterAddress {
  /** 4 or 16 bytes. */
  std::string bytes;
  uint32_t prefix = 0;
  uint32_t scope = 0;
};

/** A network interface and its addresses. */
struct Adapter {
  int32_t index = 0;
  std::string name;
  std::string hardware;
  uint32_t type = 0;
  bool is_up = false;
  bool is_enabled = false;
  bool has_multicast = false;
  double mtu = none;
  double speed = none;
  std::vector<AdapterAddress> addresses;
  Counters<8>::Values counts{};
  bool is_counted = false;
};

ReadStatus list_adapters(std::vector<Adapter>& adapters);

/** The same, with counters that never run backwards. */
ReadStatus count_adapters(Host& host, std::vector<Adapter>& adapters);

}  // namespace sysgraph
