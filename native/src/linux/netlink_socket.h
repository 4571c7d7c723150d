#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "../posix/file.h"

namespace sysgraph::netlink {

// ---------------------------------------------------------------- the pure half: bytes in, messages out

struct Message {
  uint16_t type = 0;
  uint16_t flags = 0;
  uint32_t sequence = 0;
  std::string_view body;
};

struct Attribute {
  uint16_t type = 0;
  std::string_view value;
};

/** Takes the next message off a datagram; false at its end, and where what follows is no whole message. */
bool take_message(std::string_view& bytes, Message& message);

/** Takes the next attribute; false at the end, and where what follows is no whole attribute. */
bool take_attribute(std::string_view& bytes, Attribute& attribute);

/** The structure at the start of these bytes, which have no alignment; false if they are too few. */
template <typename T>
bool copy_front(std::string_view bytes, T& value) {
  if (bytes.size() < sizeof(T)) return false;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return true;
}

/** What stands after a structure and the padding behind it; nothing if there is no more. */
std::string_view after(std::string_view bytes, size_t structure);

/** Text that the kernel may have ended with a NUL. */
std::string_view text_of(std::string_view value);

// ---------------------------------------------------------------- the other half

/** A question to the kernel, its header filled in when it is sent. */
template <typename T>
std::string_view question(const T& body) {
  return {reinterpret_cast<const char*>(&body), sizeof body};
}

/** A netlink socket; it stays in the network namespace it was opened in. */
class Netlink {
 public:
  /** For a protocol: NETLINK_ROUTE, NETLINK_SOCK_DIAG. */
  explicit Netlink(int protocol);

  /**
   * Asks for everything there is of `type`, and gives each answer to `take`; returns 0 or what errno would be: EINTR
   * where something changed meanwhile, so that what was given may not be all.
   */
  int dump(uint16_t type, std::string_view body, const std::function<void(const Message&)>& take);

 private:
  int send(uint16_t type, std::string_view body);
  int receive(std::string_view& datagram);

  const Descriptor socket_;
  const int error_;
  uint32_t sequence_ = 0;
  const std::unique_ptr<char[]> buffer_;
};

}  // namespace sysgraph::netlink
