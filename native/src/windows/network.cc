// Network interfaces.
#include <algorithm>

#include "adapters.h"

namespace sysgraph {
namespace {

using namespace network;

/** As Linux calls them. */
std::string flag_names(const Adapter& adapter) {
  std::string names;
  const auto add = [&](bool has, const char* name) {
    if (has) names += std::string(name) + '\0';
  };
  add(adapter.is_enabled, "up");
  add(adapter.type == IF_TYPE_SOFTWARE_LOOPBACK, "loopback");
  add(adapter.type == IF_TYPE_PPP || adapter.type == IF_TYPE_TUNNEL, "pointopoint");
  add(adapter.is_up, "running");
  add(adapter.has_multicast, "multicast");
  return names;
}

void put_adapter(const Adapter& adapter, double clock, Rows& rows) {
  const std::string flags = flag_names(adapter);
  Link link;
  link.name = adapter.name;
  link.is_up = adapter.is_up && adapter.is_enabled ? 1 : 0;
  link.mtu = adapter.mtu;
  link.flags = flags;
  put(rows, link);
  Ethtool speed;
  speed.speed_mbps = adapter.speed;
  put(rows, speed);
  const auto& c = adapter.counts;
  if (adapter.is_counted) {
    put(rows, Io{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], clock});
  } else {
    rows.fail(io, ReadStatus::Gone);
  }
}

}  // namespace

void read_network(Host& host, const Request& request, Rows& rows) {
  rows.count_read(link);
  std::vector<Adapter> adapters;
  const double clock = since_boot();
  const ReadStatus status = count_adapters(host, adapters);
  const auto is_named = [&](int32_t index) {
    return std::find(request.keys.begin(), request.keys.end(), index) != request.keys.end();
  };
  for (const Adapter& adapter : adapters) {
    if (is_named(adapter.index) == request.lists()) continue;
    rows.begin(adapter.index);
    put_adapter(adapter, clock, rows);
  }
  if (request.lists()) return;
  for (const int32_t key : request.keys) {
    const auto is_it = [&](const Adapter& each) { return each.index == key; };
    if (std::any_of(adapters.begin(), adapters.end(), is_it)) continue;
    rows.begin(key);
    for (const Source source : {link, io, ethtool})
      rows.fail(source, status == ReadStatus::Ok ? ReadStatus::Gone : status);
  }
}

}  // namespace sysgraph
