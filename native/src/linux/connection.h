#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "../gen/tables.h"

// The pure half of the readers of sockets: bytes of sock_diag and text of /proc/net in, columns out.
namespace sysgraph::connection {

/** What sockets are asked by; the order is that of PROTOCOLS in loaders/connection.ts. */
enum class Protocol { Tcp4, Tcp6, Udp4, Udp6, Unix, Raw4, Raw6 };
constexpr int protocol_count = 7;

/** Room for an address. */
using AddressText = std::array<char, 48>;

/** A socket. Its columns of text point into it: it stays where it is. */
struct Socket {
  Sockets sockets;
  Details details;
  Peers peers;
  /** False for what cannot be told from where it was read. */
  bool has_details = false;
  bool has_peer = false;

  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void set_kind(Protocol protocol, uint64_t state);
  void set_end(bool local, int family, const unsigned char* bytes, uint16_t port);
  /** The inode must be known. */
  void set_details(double uid, double received, double sent);
  /** The name as it stands in the address. */
  void set_path(std::string_view bytes);
  /** The name as /proc writes it. */
  void set_line_path(std::string_view text);

 private:
  AddressText local_{};
  AddressText remote_{};
  std::string path_;
};

SocketType type_of(int type);

/** SOCK_DIAG_BY_FAMILY about TCP, UDP and raw sockets. */
bool parse_inet_diag(std::string_view body, Protocol protocol, Socket& socket);

/** SOCK_DIAG_BY_FAMILY about UNIX sockets. */
bool parse_unix_diag(std::string_view body, Socket& socket);

/** A line of /proc/net/{tcp,tcp6,udp,udp6,raw,raw6}; addresses stand in it as the words of a machine of that order. */
bool parse_inet_line(std::string_view line, Protocol protocol, bool is_big_endian, Socket& socket);

/** Takes the next socket off /proc/net/unix: a path may hold line ends, and then goes on in what is no line of its own.
 */
bool take_unix(std::string_view& text, Socket& socket);

}  // namespace sysgraph::connection
