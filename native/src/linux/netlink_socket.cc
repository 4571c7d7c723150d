#include "netlink_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace sysgraph::netlink {

// The kernel makes dumps in pieces of at most 32 KiB if there is room for them.
constexpr size_t buffer_size = size_t{64} << 10;

Netlink::Netlink(int protocol)
    : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)),
      error_(socket_.get() < 0 ? errno : 0),
      // Not filled with zeros: what is read of it was written to it.
      buffer_(new char[buffer_size]) {
  // The kernel answers at once; should an answer be lost all the same, it is not waited for for ever.
  const timeval patience{5, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

int Netlink::dump(uint16_t type, std::string_view body, const std::function<void(const Message&)>& take) {
  if (error_ != 0) return error_;
  if (const int error = send(type, body)) return error;
  bool interrupted = false;
  for (;;) {
    std::string_view datagram;
    if (const int error = receive(datagram)) return error;
    Message message;
    while (take_message(datagram, message)) {
      if (message.sequence != sequence_) continue;
      if (message.type == NLMSG_ERROR || message.type == NLMSG_DONE) {
        int32_t error = 0;
        copy_front(message.body, error);
        return error == 0 && interrupted ? EINTR : -error;
      }
      interrupted |= (message.flags & NLM_F_DUMP_INTR) != 0;
      take(message);
    }
  }
}

int Netlink::send(uint16_t type, std::string_view body) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<uint32_t>(sizeof header + body.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = ++sequence_;
  std::string bytes(question(header));
  bytes.append(body);
  return ::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0 ? errno : 0;
}

int Netlink::receive(std::string_view& datagram) {
  for (;;) {
    sockaddr_nl from{};
    socklen_t length = sizeof from;
    auto* sender = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = recvfrom(socket_.get(), buffer_.get(), buffer_size, 0, sender, &length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    // Only the kernel has the number 0; any process may write to any other's socket.
    if (from.nl_pid != 0) continue;
    datagram = {buffer_.get(), static_cast<size_t>(got)};
    return 0;
  }
}

}  // namespace sysgraph::netlink
