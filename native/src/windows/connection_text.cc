#include "bytes.h"
#include "connection_table.h"

namespace sysgraph {
namespace connection {
namespace {

constexpr size_t ip4 = 4;
constexpr size_t ip6 = 16;

ConnectionStatus status_of(uint32_t state) {
  static constexpr ConnectionStatus known[] = {
      ConnectionStatus::Unknown,   ConnectionStatus::Close,    ConnectionStatus::Listen,
      ConnectionStatus::SynSent,   ConnectionStatus::SynRecv,  ConnectionStatus::Established,
      ConnectionStatus::FinWait1,  ConnectionStatus::FinWait2, ConnectionStatus::CloseWait,
      ConnectionStatus::Closing,   ConnectionStatus::LastAck,  ConnectionStatus::TimeWait,
      ConnectionStatus::DeleteTcb,
  };
  return state < sizeof known / sizeof known[0] ? known[state] : ConnectionStatus::Unknown;
}

/** Where in a row of a table things are. */
struct Layout {
  size_t size;
  size_t address;
  size_t local;
  size_t local_port;
  /** 0 where there are none. */
  size_t remote;
  size_t remote_port;
  size_t state;
  size_t pid;
};

Layout layout_of(Protocol protocol) {
  if (protocol == Protocol::Tcp4) return {24, ip4, 4, 8, 12, 16, 0, 20};
  if (protocol == Protocol::Tcp6) return {56, ip6, 0, 20, 24, 44, 48, 52};
  if (protocol == Protocol::Udp4) return {12, ip4, 0, 4, 0, 0, 0, 8};
  return {28, ip6, 0, 20, 0, 0, 0, 24};
}

/** FNV-1a. */
uint64_t mark_of(std::string_view row, Protocol protocol) {
  uint64_t mark = 0xcbf29ce484222325;
  const auto add = [&](uint8_t byte) { mark = (mark ^ byte) * 0x100000001b3; };
  add(static_cast<uint8_t>(protocol));
  for (const char byte : row) add(static_cast<uint8_t>(byte));
  return mark;
}

/** The first two bytes, in the order of the network. */
uint16_t port_at(const Bytes& bytes, size_t at) {
  return static_cast<uint16_t>(bytes.at<uint8_t>(at) << 8 | bytes.at<uint8_t>(at + 1));
}

Socket socket_at(std::string_view table, size_t at, Protocol protocol, const Layout& layout) {
  const std::string_view row = table.substr(at, layout.size);
  const Bytes bytes(row);
  Socket socket;
  socket.local_address = address::ip_text(row.substr(layout.local, layout.address));
  socket.local_port = port_at(bytes, layout.local_port);
  socket.pid = bytes.at<uint32_t>(layout.pid);
  std::string identity(row);
  if (is_tcp(protocol)) {
    socket.status = status_of(bytes.at<uint32_t>(layout.state));
    socket.remote_address = address::ip_text(row.substr(layout.remote, layout.address));
    socket.remote_port = port_at(bytes, layout.remote_port);
    // One that listens has no other end, whatever stands there.
    if (socket.status == ConnectionStatus::Listen) socket.remote_port = 0;
    identity.erase(layout.state, sizeof(uint32_t));
  }
  socket.mark = mark_of(identity, protocol);
  return socket;
}

}  // namespace

bool is_tcp(Protocol protocol) { return protocol == Protocol::Tcp4 || protocol == Protocol::Tcp6; }
bool is_ipv4(Protocol protocol) { return protocol == Protocol::Tcp4 || protocol == Protocol::Udp4; }

bool parse_sockets(std::string_view table, Protocol protocol, std::vector<Socket>& sockets) {
  constexpr size_t head = 4;
  const Layout layout = layout_of(protocol);
  const Bytes bytes(table);
  const size_t count = bytes.at<uint32_t>(0);
  if (!bytes.holds(0, head) || (bytes.size() - head) / layout.size < count) return false;
  for (size_t i = 0; i < count; i++) sockets.push_back(socket_at(table, head + i * layout.size, protocol, layout));
  return true;
}

double inode_of(const Socket& socket) {
  constexpr int exact_bits = 53;
  return static_cast<double>(socket.mark >> (64 - exact_bits));
}

}  // namespace connection

namespace address {
namespace {

unsigned byte_at(std::string_view bytes, size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::string ip4_text(std::string_view bytes) {
  std::string text;
  for (size_t i = 0; i < 4; i++) text += (i > 0 ? "." : "") + std::to_string(byte_at(bytes, i));
  return text;
}

std::string hex(unsigned value) {
  static const char* const digits = "0123456789abcdef";
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) {
    if (!text.empty() || value >> shift != 0 || shift == 0) text += digits[value >> shift & 15];
  }
  return text;
}

/** The longest run of two or more words that are 0, the first if there are several. */
void find_gap(const unsigned (&words)[8], size_t& start, size_t& length) {
  length = 1;
  start = 8;
  for (size_t at = 0; at < 8; at++) {
    size_t end = at;
    while (end < 8 && words[end] == 0) end++;
    if (end - at > length) {
      start = at;
      length = end - at;
    }
  }
}

}  // namespace

std::string ip_text(std::string_view bytes) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  if (bytes.size() == 4) return ip4_text(bytes);
  if (bytes.size() != 16) return "";
  if (bytes.substr(0, mapped.size()) == mapped) return "::ffff:" + ip4_text(bytes.substr(mapped.size()));
  unsigned words[8];
  for (size_t i = 0; i < 8; i++) words[i] = byte_at(bytes, i * 2) << 8 | byte_at(bytes, i * 2 + 1);
  size_t start = 0;
  size_t length = 0;
  find_gap(words, start, length);
  std::string text;
  for (size_t i = 0; i < 8; i++) {
    if (i == start) {
      text += "::";
      i += length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hex(words[i]);
  }
  return text;
}

std::string hardware_text(std::string_view bytes) {
  static const char* const digits = "0123456789abcdef";
  std::string text;
  for (const char each : bytes) {
    const auto byte = static_cast<unsigned char>(each);
    if (!text.empty()) text += ':';
    text += {digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

std::string mask_bytes(size_t size, uint32_t bits) {
  std::string mask(size, '\0');
  for (size_t i = 0; i < size * 8 && i < bits; i++) mask[i / 8] = static_cast<char>(mask[i / 8] | 0x80 >> i % 8);
  return mask;
}

std::string last_of(std::string_view bytes, uint32_t bits) {
  const std::string mask = mask_bytes(bytes.size(), bits);
  std::string last(bytes);
  for (size_t i = 0; i < last.size(); i++) last[i] = static_cast<char>(last[i] | ~mask[i]);
  return last;
}

}  // namespace address
}  // namespace sysgraph
