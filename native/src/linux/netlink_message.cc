#include <linux/netlink.h>

#include <algorithm>

#include "netlink_socket.h"

namespace sysgraph::netlink {
namespace {

/** Takes what has this length off the front, and the padding that brings the rest to a boundary of four. */
std::string_view take(std::string_view& bytes, size_t length) {
  const std::string_view front = bytes.substr(0, length);
  bytes.remove_prefix(std::min(bytes.size(), (length + 3) & ~size_t{3}));
  return front;
}

}  // namespace

bool take_message(std::string_view& bytes, Message& message) {
  nlmsghdr header{};
  if (!copy_front(bytes, header) || header.nlmsg_len < sizeof header || header.nlmsg_len > bytes.size()) return false;
  message = {header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq, take(bytes, header.nlmsg_len)};
  message.body.remove_prefix(sizeof header);
  return true;
}

bool take_attribute(std::string_view& bytes, Attribute& attribute) {
  nlattr header{};
  if (!copy_front(bytes, header) || header.nla_len < sizeof header || header.nla_len > bytes.size()) return false;
  attribute = {static_cast<uint16_t>(header.nla_type & NLA_TYPE_MASK), take(bytes, header.nla_len)};
  attribute.value.remove_prefix(sizeof header);
  return true;
}

std::string_view after(std::string_view bytes, size_t structure) {
  take(bytes, structure);
  return bytes;
}

std::string_view text_of(std::string_view value) { return value.substr(0, value.find('\0')); }

}  // namespace sysgraph::netlink
