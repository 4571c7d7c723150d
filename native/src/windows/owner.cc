// Who holds which socket: the same tables, by pid.
#include "processes.h"
#include "sockets.h"

namespace sysgraph {
namespace {

using namespace owner;
using connection::Protocol;
using connection::Socket;

void put_owner(const Socket& socket, Rows& rows) {
  rows.begin(socket.pid);
  put(rows, SocketFds{static_cast<double>(socket.pid), none, connection::inode_of(socket)});
}

}  // namespace

void read_owner(Host&, const Request& request, Rows& rows) {
  ReadStatus status = ReadStatus::Ok;
  std::vector<Socket> all;
  for (const Protocol protocol : {Protocol::Tcp4, Protocol::Tcp6, Protocol::Udp4, Protocol::Udp6}) {
    rows.count_read(socketFds);
    const ReadStatus each = list_sockets(protocol, all);
    if (each != ReadStatus::Ok) status = each;
  }
  if (request.lists()) {
    // What is closed and waits is nobody's any more.
    for (const Socket& socket : all) {
      if (socket.pid != process::idle_pid) put_owner(socket, rows);
    }
    return;
  }
  const std::vector<process::Entry> table = list_processes(moment());
  for (const int32_t pid : request.keys) {
    const ReadStatus of = find_process(table, pid) == nullptr ? ReadStatus::Gone : status;
    if (of != ReadStatus::Ok) {
      rows.begin(pid);
      rows.fail(socketFds, of);
      continue;
    }
    for (const Socket& socket : all) {
      if (static_cast<int64_t>(socket.pid) == pid) put_owner(socket, rows);
    }
  }
}

}  // namespace sysgraph
