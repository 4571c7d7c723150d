#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include "connection.h"
#include "netlink_socket.h"

namespace sysgraph::connection {
namespace {

void set_cookie(Socket& socket, const uint32_t (&cookie)[2]) {
  socket.sockets.cookie_low = cookie[0];
  socket.sockets.cookie_high = cookie[1];
}

}  // namespace

bool parse_inet_diag(std::string_view body, Protocol protocol, Socket& socket) {
  inet_diag_msg head{};
  if (!netlink::copy_front(body, head)) return false;
  const auto bytes = [](const uint32_t(&words)[4]) { return reinterpret_cast<const unsigned char*>(words); };
  socket.sockets.inode = head.idiag_inode;
  set_cookie(socket, head.id.idiag_cookie);
  socket.set_kind(protocol, head.idiag_state);
  socket.set_end(true, head.idiag_family, bytes(head.id.idiag_src), ntohs(head.id.idiag_sport));
  socket.set_end(false, head.idiag_family, bytes(head.id.idiag_dst), ntohs(head.id.idiag_dport));
  socket.set_details(head.idiag_uid, head.idiag_rqueue, head.idiag_wqueue);
  return true;
}

bool parse_unix_diag(std::string_view body, Socket& socket) {
  unix_diag_msg head{};
  if (!netlink::copy_front(body, head)) return false;
  socket.sockets.family = static_cast<double>(AddressFamily::Unix);
  socket.sockets.type = static_cast<double>(type_of(head.udiag_type));
  socket.sockets.status = static_cast<double>(ConnectionStatus::None);
  socket.sockets.inode = head.udiag_ino;
  set_cookie(socket, head.udiag_cookie);
  // Only a socket that is connected has a peer to tell of.
  socket.peers.peer_inode = 0;
  socket.has_peer = true;
  unix_diag_rqlen queues{};
  uint32_t number = 0;
  double uid = none;
  std::string_view rest = netlink::after(body, sizeof head);
  netlink::Attribute attribute;
  while (netlink::take_attribute(rest, attribute)) {
    const std::string_view value = attribute.value;
    if (attribute.type == UNIX_DIAG_NAME) socket.set_path(value);
    if (attribute.type == UNIX_DIAG_PEER && netlink::copy_front(value, number)) socket.peers.peer_inode = number;
    if (attribute.type == UNIX_DIAG_UID && netlink::copy_front(value, number)) uid = number;
    if (attribute.type == UNIX_DIAG_RQLEN) netlink::copy_front(value, queues);
  }
  socket.set_details(uid, queues.udiag_rqueue, queues.udiag_wqueue);
  return true;
}

}  // namespace sysgraph::connection
