#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "../parse.h"
#include "connection.h"

namespace sysgraph::connection {
namespace {

int digit_of(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** Takes a hexadecimal number of at least one and at most so many digits. */
bool take_hex(std::string_view& text, size_t most, uint64_t& value) {
  size_t digits = 0;
  value = 0;
  for (; digits < std::min(most, text.size()) && digit_of(text[digits]) >= 0; digits++) {
    value = value << 4 | static_cast<uint64_t>(digit_of(text[digits]));
  }
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_char(std::string_view& text, char expected) {
  if (text.empty() || text[0] != expected) return false;
  text.remove_prefix(1);
  return true;
}

/** Takes an address: words of 32 bits that the kernel printed as numbers of its own order. */
bool take_address(std::string_view& text, size_t words, bool is_big_endian, unsigned char* bytes) {
  for (size_t word = 0; word < words; word++) {
    uint64_t value = 0;
    const size_t before = text.size();
    if (!take_hex(text, 8, value) || before - text.size() != 8) return false;
    for (size_t i = 0; i < 4; i++) {
      const size_t shift = 8 * (is_big_endian ? 3 - i : i);
      *bytes++ = static_cast<unsigned char>(value >> shift);
    }
  }
  return true;
}

bool take_end(std::string_view& text, int family, bool is_big_endian, bool local, Socket& socket) {
  unsigned char bytes[16] = {};
  uint64_t port = 0;
  skip_blanks(text);
  if (!take_address(text, family == AF_INET ? 1 : 4, is_big_endian, bytes)) return false;
  if (!take_char(text, ':') || !take_hex(text, 4, port)) return false;
  socket.set_end(local, family, bytes, static_cast<uint16_t>(port));
  return true;
}

/** Takes a column of digits, one of exactly so many, and the blank after it. */
bool take_column(std::string_view& text, size_t width, uint64_t& value) {
  const size_t before = text.size();
  return take_hex(text, width, value) && before - text.size() == width && take_char(text, ' ');
}

/** The columns of a line of /proc/net/unix before its path, each of a fixed width but the first and the last. */
bool take_unix_head(std::string_view& line, Socket& socket) {
  uint64_t slot = 0;
  uint64_t skipped = 0;
  uint64_t flags = 0;
  uint64_t type = 0;
  const bool is_head = take_hex(line, 16, slot) && take_char(line, ':') && take_char(line, ' ') &&
                       take_column(line, 8, skipped) && take_column(line, 8, skipped) && take_column(line, 8, flags) &&
                       take_column(line, 4, type) && take_column(line, 2, skipped) &&
                       take_number(line, socket.sockets.inode) && (line.empty() || line[0] == ' ');
  if (!is_head) return false;
  socket.sockets.family = static_cast<double>(AddressFamily::Unix);
  socket.sockets.type = static_cast<double>(type_of(static_cast<int>(type)));
  socket.sockets.status = static_cast<double>(ConnectionStatus::None);
  return true;
}

bool is_unix_head(std::string_view line) {
  Socket socket;
  return take_unix_head(line, socket);
}

/** As inet_ntop writes it, in a tenth of the time: half of what there is to say of a socket is its addresses. */
std::string_view write_four(const unsigned char* bytes, AddressText& text) {
  char* at = text.data();
  for (int i = 0; i < 4; i++) {
    if (i > 0) *at++ = '.';
    at = std::to_chars(at, text.data() + text.size(), unsigned{bytes[i]}).ptr;
  }
  return {text.data(), static_cast<size_t>(at - text.data())};
}

std::string_view write(int family, const unsigned char* bytes, AddressText& text) {
  if (family == AF_INET) return write_four(bytes, text);
  const char* const written = inet_ntop(family, bytes, text.data(), text.size());
  return written == nullptr ? std::string_view() : written;
}

}  // namespace

SocketType type_of(int type) {
  switch (type) {
    case SOCK_STREAM:
      return SocketType::Stream;
    case SOCK_DGRAM:
      return SocketType::Dgram;
    case SOCK_RAW:
      return SocketType::Raw;
    case SOCK_SEQPACKET:
      return SocketType::Seqpacket;
    default:
      return SocketType::Other;
  }
}

ConnectionStatus status_of_tcp(uint64_t state) {
  constexpr ConnectionStatus states[] = {
      ConnectionStatus::Unknown, ConnectionStatus::Established, ConnectionStatus::SynSent, ConnectionStatus::SynRecv,
      ConnectionStatus::FinWait1, ConnectionStatus::FinWait2, ConnectionStatus::TimeWait, ConnectionStatus::Close,
      ConnectionStatus::CloseWait, ConnectionStatus::LastAck, ConnectionStatus::Listen, ConnectionStatus::Closing,
      // What was asked for by the other end, as kernels name it to themselves.
      ConnectionStatus::SynRecv};
  return state < sizeof states / sizeof *states ? states[state] : ConnectionStatus::Unknown;
}

static bool is_inet4(Protocol protocol) {
  return protocol == Protocol::Tcp4 || protocol == Protocol::Udp4 || protocol == Protocol::Raw4;
}

void Socket::set_kind(Protocol protocol, uint64_t state) {
  const bool is_tcp = protocol == Protocol::Tcp4 || protocol == Protocol::Tcp6;
  const bool is_raw = protocol == Protocol::Raw4 || protocol == Protocol::Raw6;
  sockets.family = static_cast<double>(is_inet4(protocol) ? AddressFamily::Inet : AddressFamily::Inet6);
  sockets.type = static_cast<double>(is_tcp ? SocketType::Stream : is_raw ? SocketType::Raw : SocketType::Dgram);
  sockets.status = static_cast<double>(is_tcp ? status_of_tcp(state) : ConnectionStatus::None);
}

/** Without a port there is no end, as psutil has it: not bound, or not connected. */
void Socket::set_end(bool local, int family, const unsigned char* bytes, uint16_t port) {
  if (port == 0) return;
  const std::string_view address = write(family, bytes, local ? local_ : remote_);
  if (address.empty()) return;
  (local ? sockets.local_address : sockets.remote_address) = address;
  (local ? sockets.local_port : sockets.remote_port) = port;
}

/** A path ends at its NUL; an abstract name begins with one, may hold more, and all of them count. */
void Socket::set_path(std::string_view bytes) {
  if (bytes.empty()) return;
  path_ = bytes[0] == '\0' ? bytes : bytes.substr(0, bytes.find('\0'));
  std::replace(path_.begin(), path_.end(), '\0', '@');
  sockets.path = path_;
}

void Socket::set_line_path(std::string_view text) {
  path_ = text;
  if (!path_.empty()) sockets.path = path_;
}

bool parse_inet_line(std::string_view line, Protocol protocol, bool is_big_endian, Socket& socket) {
  const int family = is_inet4(protocol) ? AF_INET : AF_INET6;
  uint64_t state = 0;
  uint64_t sent = 0;
  uint64_t received = 0;
  double skipped = 0;
  skip_blanks(line);
  const bool has_ends = take_number(line, skipped) && take_char(line, ':') &&
                        take_end(line, family, is_big_endian, true, socket) &&
                        take_end(line, family, is_big_endian, false, socket);
  if (!has_ends || !take_char(line, ' ') || !take_column(line, 2, state)) return false;
  if (!take_hex(line, 8, sent) || !take_char(line, ':') || !take_column(line, 8, received)) return false;
  // Timer, its end and retransmissions: all hexadecimal, and nobody asks for them.
  take(line, ' ');
  take(line, ' ');
  double uid = none;
  if (!take_number(line, uid) || !take_number(line, skipped) || !take_number(line, socket.sockets.inode)) return false;
  // An inode may go on in what was cut off, but for the blank after it.
  if (line.empty()) return false;
  socket.set_kind(protocol, state);
  socket.set_details(uid, static_cast<double>(received), static_cast<double>(sent));
  return true;
}

void Socket::set_details(double uid, double received, double sent) {
  // What no descriptor is of any more belongs to nobody.
  details = {sockets.inode == 0 ? none : uid, received, sent};
  has_details = true;
}

bool take_unix(std::string_view& text, Socket& socket) {
  std::string_view line;
  // The heading, and what goes on from a path whose beginning was not understood.
  do {
    if (!take_line(text, line)) return false;
  } while (!is_unix_head(line));
  take_unix_head(line, socket);
  if (line.empty()) return true;
  std::string path(line.substr(1));
  for (std::string_view rest = text; take_line(rest, line) && !is_unix_head(line); text = rest) {
    path.append("\n").append(line);
  }
  socket.set_line_path(path);
  return true;
}

}  // namespace sysgraph::connection
