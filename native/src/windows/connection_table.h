#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of sockets and addresses: tables of the IP helper in, columns out.
namespace sysgraph::connection {

/** What sockets are asked by; the order is that of PROTOCOLS in loaders/connection.ts. */
enum class Protocol { Tcp4, Tcp6, Udp4, Udp6, Unix, Raw4, Raw6 };

struct Socket {
  uint32_t pid = 0;
  ConnectionStatus status = ConnectionStatus::None;
  std::string local_address;
  std::string remote_address;
  /** 0 is none. */
  uint16_t local_port = 0;
  uint16_t remote_port = 0;
  /** Tells it from any other: the kernel has no number for it. */
  uint64_t mark = 0;
};

/** A table that names owners (MIB_TCPTABLE_OWNER_PID and its like); false if it is cut. */
bool parse_sockets(std::string_view bytes, Protocol protocol, std::vector<Socket>& sockets);

/** As a number that JavaScript can hold. */
double inode_of(const Socket& socket);

bool is_tcp(Protocol protocol);
bool is_ipv4(Protocol protocol);

}  // namespace sysgraph::connection

namespace sysgraph::address {

/** 4 or 16 bytes as text: 10.0.0.1, fe80::1; an IPv4 address in an IPv6 one as ::ffff:10.0.0.1. */
std::string ip_text(std::string_view bytes);
/** As lower-case pairs: 00:1b:21:ab:cd:ef. */
std::string hardware_text(std::string_view bytes);
/** An address whose first bits are set, and the others not. */
std::string mask_bytes(size_t size, uint32_t bits);
/** An address with all bits set behind the first ones. */
std::string last_of(std::string_view bytes, uint32_t bits);

}  // namespace sysgraph::address
