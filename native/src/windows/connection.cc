// Sockets, from the tables of the IP helper that name their owners.
#include "../platform.h"
#include "sockets.h"
#include "win32.h"

namespace sysgraph {
namespace {

using namespace connection;

DWORD ask(Protocol protocol, void* into, DWORD* size) {
  const ULONG family = is_ipv4(protocol) ? AF_INET : AF_INET6;
  return is_tcp(protocol) ? GetExtendedTcpTable(into, size, FALSE, family, TCP_TABLE_OWNER_PID_ALL, 0)
                          : GetExtendedUdpTable(into, size, FALSE, family, UDP_TABLE_OWNER_PID, 0);
}

void put_socket(const Socket& socket, Protocol protocol, Rows& rows) {
  Sockets row;
  row.inode = inode_of(socket);
  row.cookie_high = static_cast<double>(socket.mark >> 32);
  row.cookie_low = static_cast<double>(socket.mark & 0xffffffff);
  row.family = static_cast<double>(is_ipv4(protocol) ? AddressFamily::Inet : AddressFamily::Inet6);
  row.type = static_cast<double>(is_tcp(protocol) ? SocketType::Stream : SocketType::Dgram);
  row.status = static_cast<double>(socket.status);
  if (socket.local_port != 0) {
    row.local_address = socket.local_address;
    row.local_port = socket.local_port;
  }
  if (socket.remote_port != 0) {
    row.remote_address = socket.remote_address;
    row.remote_port = socket.remote_port;
  }
  put(rows, row);
}

}  // namespace

ReadStatus list_sockets(Protocol protocol, std::vector<Socket>& sockets) {
  constexpr int most_tries = 5;
  if (protocol >= Protocol::Unix) return ReadStatus::Ok;
  DWORD error = ERROR_INSUFFICIENT_BUFFER;
  std::string buffer(size_t{1} << 14, '\0');
  auto size = static_cast<DWORD>(buffer.size());
  // Others open sockets meanwhile.
  for (int i = 0; i < most_tries && error == ERROR_INSUFFICIENT_BUFFER; i++) {
    buffer.resize(size + size / 4);
    size = static_cast<DWORD>(buffer.size());
    error = ask(protocol, buffer.data(), &size);
  }
  if (error != NO_ERROR) return status_of_error(error) == ReadStatus::Unsupported ? ReadStatus::Ok : ReadStatus::Failed;
  return parse_sockets(buffer, protocol, sockets) ? ReadStatus::Ok : ReadStatus::Malformed;
}

void read_connection(Host&, const Request& request, Rows& rows) {
  for (const int32_t key : request.keys) {
    const auto protocol = static_cast<Protocol>(key);
    rows.count_read(connection::sockets);
    std::vector<Socket> all;
    const ReadStatus status = list_sockets(protocol, all);
    if (status != ReadStatus::Ok) {
      rows.begin(key);
      rows.fail(connection::sockets, status);
    }
    for (const Socket& socket : all) {
      rows.begin(key);
      put_socket(socket, protocol, rows);
    }
  }
}

}  // namespace sysgraph
