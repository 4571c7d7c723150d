// Addresses of network interfaces.
#include "adapters.h"
#include "connection_table.h"

namespace sysgraph {
namespace {

using namespace address;

const char* scope_of(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (bytes.size() == 4) return first == 127 ? "host" : first == 169 && second == 254 ? "link" : "global";
  if (first == 0xfe && (second & 0xc0) == 0x80) return "link";
  const bool is_loopback = bytes == std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  return is_loopback ? "host" : "global";
}

void put_ip(const Adapter& adapter, const AdapterAddress& of, Rows& rows) {
  constexpr uint32_t longest_with_broadcast = 30;
  const bool is_ipv4 = of.bytes.size() == 4;
  const std::string scope = scope_of(of.bytes);
  std::string text = ip_text(of.bytes);
  if (!is_ipv4 && scope == "link") text += '%' + adapter.name;
  const std::string netmask = ip_text(mask_bytes(of.bytes.size(), of.prefix));
  const std::string broadcast = ip_text(last_of(of.bytes, of.prefix));
  Addresses row;
  row.family = static_cast<double>(is_ipv4 ? AddressFamily::Inet : AddressFamily::Inet6);
  row.address = text;
  row.netmask = netmask;
  row.prefix_length = of.prefix;
  const bool has_broadcast = is_ipv4 && scope != "host" && of.prefix <= longest_with_broadcast;
  if (has_broadcast) row.broadcast = broadcast;
  row.scope = scope;
  rows.begin(adapter.index);
  put(rows, row);
}

void put_all(const Adapter& adapter, Rows& rows) {
  for (const size_t size : {size_t{4}, size_t{16}}) {
    for (const AdapterAddress& each : adapter.addresses) {
      if (each.bytes.size() == size) put_ip(adapter, each, rows);
    }
  }
  if (adapter.hardware.empty()) return;
  const std::string hardware = hardware_text(adapter.hardware);
  Addresses row;
  row.family = static_cast<double>(AddressFamily::Link);
  row.address = hardware;
  rows.begin(adapter.index);
  put(rows, row);
}

}  // namespace

void read_address(Host&, const Request& request, Rows& rows) {
  rows.count_read(addresses);
  std::vector<Adapter> adapters;
  const ReadStatus status = list_adapters(adapters);
  for (const int32_t key : request.keys) {
    if (status != ReadStatus::Ok) {
      rows.begin(key);
      rows.fail(addresses, status);
    }
    for (const Adapter& adapter : adapters) {
      if (adapter.index == key) put_all(adapter, rows);
    }
  }
}

}  // namespace sysgraph
