#include "adapters.h"

#include <netioapi.h>

namespace sysgraph {
namespace {

constexpr ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;

AdapterAddress address_of(const IP_ADAPTER_UNICAST_ADDRESS& of) {
  AdapterAddress address;
  address.prefix = of.OnLinkPrefixLength;
  const sockaddr* const any = of.Address.lpSockaddr;
  if (any->sa_family == AF_INET) {
    const auto* const in = reinterpret_cast<const sockaddr_in*>(any);
    address.bytes.assign(reinterpret_cast<const char*>(&in->sin_addr), 4);
  } else if (any->sa_family == AF_INET6) {
    const auto* const in = reinterpret_cast<const sockaddr_in6*>(any);
    address.bytes.assign(reinterpret_cast<const char*>(&in->sin6_addr), 16);
    address.scope = in->sin6_scope_id;
  }
  return address;
}

/** Counters, which another call tells; an interface that has vanished meanwhile has none. */
void count(const NET_LUID& luid, Adapter& adapter) {
  MIB_IF_ROW2 row{};
  row.InterfaceLuid = luid;
  row.InterfaceIndex = static_cast<NET_IFINDEX>(adapter.index);
  if (GetIfEntry2(&row) != NO_ERROR) return;
  const auto number = [](ULONG64 value) { return static_cast<double>(value); };
  adapter.counts = {number(row.OutOctets),
                    number(row.InOctets),
                    number(row.OutUcastPkts + row.OutNUcastPkts),
                    number(row.InUcastPkts + row.InNUcastPkts),
                    number(row.InErrors),
                    number(row.OutErrors),
                    number(row.InDiscards),
                    number(row.OutDiscards)};
  adapter.is_enabled = row.AdminStatus == NET_IF_ADMIN_STATUS_UP;
  adapter.is_counted = true;
}

Adapter adapter_of(const IP_ADAPTER_ADDRESSES& of) {
  // What is not known of a speed is all bits set.
  constexpr ULONG64 unknown = ~0ull;
  Adapter adapter;
  adapter.index = static_cast<int32_t>(of.IfIndex != 0 ? of.IfIndex : of.Ipv6IfIndex);
  adapter.name = utf8_of(of.FriendlyName);
  adapter.hardware.assign(reinterpret_cast<const char*>(of.PhysicalAddress), of.PhysicalAddressLength);
  adapter.type = of.IfType;
  adapter.is_up = of.OperStatus == IfOperStatusUp;
  adapter.is_enabled = adapter.is_up;
  adapter.has_multicast = (of.Flags & IP_ADAPTER_NO_MULTICAST) == 0;
  adapter.mtu = of.Mtu == 0xffffffff ? none : static_cast<double>(of.Mtu);
  if (of.TransmitLinkSpeed != 0 && of.TransmitLinkSpeed != unknown)
    adapter.speed = std::floor(static_cast<double>(of.TransmitLinkSpeed) / 1e6);
  for (const auto* each = of.FirstUnicastAddress; each != nullptr; each = each->Next)
    adapter.addresses.push_back(address_of(*each));
  count(of.Luid, adapter);
  return adapter;
}

}  // namespace

ReadStatus list_adapters(std::vector<Adapter>& adapters) {
  constexpr int most_tries = 5;
  std::vector<char> buffer;
  ULONG size = 1 << 15;
  ULONG error = ERROR_BUFFER_OVERFLOW;
  IP_ADAPTER_ADDRESSES* first = nullptr;
  for (int i = 0; i < most_tries && error == ERROR_BUFFER_OVERFLOW; i++) {
    buffer.resize(size);
    first = reinterpret_cast<IP_ADAPTER_ADDRESSES*>(buffer.data());
    error = GetAdaptersAddresses(AF_UNSPEC, flags, nullptr, first, &size);
  }
  if (error == ERROR_NO_DATA) return ReadStatus::Ok;
  if (error != NO_ERROR) return status_of_error(error);
  for (const auto* each = first; each != nullptr; each = each->Next) adapters.push_back(adapter_of(*each));
  return ReadStatus::Ok;
}

ReadStatus count_adapters(Host& host, std::vector<Adapter>& adapters) {
  ReadStatus status = ReadStatus::Ok;
  const auto sample = host.network_counters.take([&]() -> std::optional<Counters<8>::Sample> {
    status = list_adapters(adapters);
    if (status != ReadStatus::Ok) return std::nullopt;
    Counters<8>::Sample items;
    for (const Adapter& each : adapters) items.push_back({std::to_string(each.index), each.counts});
    return items;
  });
  for (size_t i = 0; sample && i < adapters.size(); i++) adapters[i].counts = (*sample)[i].values;
  return status;
}

}  // namespace sysgraph
