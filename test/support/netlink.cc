// Gives bytes to the pure parsers of network interfaces and sockets: a line of input is a parser and its bytes in
// hexadecimal, a line of output is what it made of them as JSON, or null. Built with the sanitizers, each time on a
// buffer of the very size of the bytes, so that a read past their end does not go unnoticed.
#include "linux/netlink_socket.h"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>

#include "linux/address.h"
#include "linux/connection.h"
#include "linux/event.h"
#include "linux/network.h"

namespace {

using namespace sysgraph;
using connection::Protocol;

class Json {
 public:
  Json() { out_.precision(17); }
  void add(const char* name, double value) {
    begin(name);
    if (std::isnan(value)) {
      out_ << "null";
    } else {
      out_ << value;
    }
  }
  void add(const char* name, std::string_view text) {
    begin(name);
    if (text.data() == nullptr) {
      out_ << "null";
      return;
    }
    out_ << '"';
    for (const char c : text) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
      out_ << escaped;
    }
    out_ << '"';
  }
  std::string text() const { return "{" + out_.str() + "}"; }

 private:
  void begin(const char* name) { out_ << (out_.tellp() > 0 ? "," : "") << '"' << name << "\":"; }
  std::ostringstream out_;
};

void add(Json& json, const network::Interface& of) {
  json.add("index", of.index);
  json.add("name", of.name);
  json.add("flags", of.flags);
  json.add("mtu", of.mtu);
  json.add("hardware", address::hardware_text(of.hardware));
  json.add("broadcast", address::hardware_text(of.broadcast));
  json.add("bytesSent", of.is_counted ? of.counts[0] : none);
  json.add("bytesReceived", of.is_counted ? of.counts[1] : none);
  json.add("dropsIn", of.is_counted ? of.counts[6] : none);
}

void add(Json& json, const address::Found& of) {
  json.add("index", of.index);
  json.add("address", of.address);
  json.add("netmask", of.netmask);
  json.add("prefixLength", of.prefix_length);
  json.add("broadcast", of.broadcast);
  json.add("peer", of.peer);
  json.add("scope", of.scope);
  json.add("isOfLink", of.is_of_link);
}

void add(Json& json, const connection::Socket& of) {
  json.add("inode", of.sockets.inode);
  json.add("cookie", of.sockets.cookie_high * 4294967296.0 + of.sockets.cookie_low);
  json.add("type", of.sockets.type);
  json.add("status", of.sockets.status);
  json.add("localAddress", of.sockets.local_address);
  json.add("localPort", of.sockets.local_port);
  json.add("remoteAddress", of.sockets.remote_address);
  json.add("remotePort", of.sockets.remote_port);
  json.add("path", of.sockets.path);
  json.add("uid", of.details.uid);
  json.add("receiveQueue", of.details.receive_queue);
  json.add("sendQueue", of.details.send_queue);
  json.add("peerInode", of.peers.peer_inode);
}

std::string heard(std::string_view bytes) {
  const std::optional<event::Heard> of = event::parse(bytes);
  if (!of) return "null";
  Json json;
  json.add("what", static_cast<double>(of->what));
  json.add("cpu", of->cpu);
  json.add("sequence", of->sequence);
  json.add("question", of->question);
  json.add("nanoseconds", static_cast<double>(of->nanoseconds));
  json.add("thread", of->thread);
  json.add("process", of->process);
  json.add("parent", of->parent);
  json.add("code", of->code);
  return json.text();
}

template <typename Row, typename Parse>
std::string parsed(Parse parse) {
  Row row;
  Json json;
  if (!parse(row)) return "null";
  add(json, row);
  return json.text();
}

/** How a datagram falls into messages, and the first of them into attributes. */
std::string taken_apart(std::string_view bytes) {
  Json json;
  int messages = 0;
  int attributes = 0;
  netlink::Message message;
  netlink::Attribute attribute;
  while (netlink::take_message(bytes, message)) {
    messages++;
    while (netlink::take_attribute(message.body, attribute)) attributes++;
  }
  json.add("messages", messages);
  json.add("attributes", attributes);
  return json.text();
}

std::string answer(const std::string& parser, std::string_view bytes) {
  if (parser == "messages") return taken_apart(bytes);
  if (parser == "event") return heard(bytes);
  if (parser == "link") return parsed<network::Interface>([&](auto& row) { return parse_link(bytes, row); });
  if (parser == "stats") return parsed<network::Interface>([&](auto& row) { return parse_stats(bytes, row); });
  if (parser == "address") return parsed<address::Found>([&](auto& row) { return parse_address(bytes, row); });
  if (parser == "unix") return parsed<connection::Socket>([&](auto& row) { return parse_unix_diag(bytes, row); });
  const bool is_raw = parser.find("raw") != std::string::npos;
  const bool is_six = parser.find('6') != std::string::npos;
  const auto protocol = is_raw ? (is_six ? Protocol::Raw6 : Protocol::Raw4) : is_six ? Protocol::Tcp6 : Protocol::Tcp4;
  return parsed<connection::Socket>([&](auto& row) {
    if (parser.find("inet") != std::string::npos) return parse_inet_diag(bytes, protocol, row);
    return parse_inet_line(bytes, protocol, parser.rfind("big", 0) == 0, row);
  });
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const size_t blank = line.find(' ');
    const std::string hex = line.substr(blank + 1);
    const size_t size = hex.size() / 2;
    const std::unique_ptr<char[]> bytes(new char[size]);
    for (size_t i = 0; i < size; i++) bytes[i] = static_cast<char>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
    std::cout << answer(line.substr(0, blank), {bytes.get(), size}) << '\n';
  }
  return 0;
}
