// Sockets, by sock_diag; from /proc/net where that is not to be had.
#include "connection.h"

#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "../numbering.h"
#include "../parse.h"
#include "host.h"
#include "netlink_socket.h"
#include "space.h"

namespace sysgraph {
namespace {

using namespace connection;

// TCP_ESTABLISHED to TCP_CLOSING: what /proc shows. Newer kernels have more, of sockets that are not in use yet.
constexpr uint32_t states = 0xffe;

constexpr bool is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

struct Kind {
  int family;
  int protocol;
  const char* file;
};

/** By Protocol. */
constexpr Kind kinds[protocol_count] = {
    {AF_INET, IPPROTO_TCP, "tcp"},
    {AF_INET6, IPPROTO_TCP, "tcp6"},
    {AF_INET, IPPROTO_UDP, "udp"},
    {AF_INET6, IPPROTO_UDP, "udp6"},
    {AF_UNIX, 0, "unix"},
    {AF_INET, IPPROTO_RAW, "raw"},
    {AF_INET6, IPPROTO_RAW, "raw6"},
};

/** Reads the rows of one call, namespace after namespace. */
class ConnectionReader {
 public:
  ConnectionReader(Host& host, const Request& request, Rows& rows) : host_(host), rows_(rows) {
    for (int32_t i = 0; i < protocol_count; i++) {
      const bool named = std::find(request.keys.begin(), request.keys.end(), i) != request.keys.end();
      if (named != request.lists()) protocols_.push_back(static_cast<Protocol>(i));
    }
  }

  void read() {
    std::vector<Space> spaces = list_spaces(host_);
    if (!host_.live) return read_files(spaces);
    const uint64_t own = own_space();
    spaces.erase(std::remove_if(spaces.begin(), spaces.end(), [&](const Space& one) { return one.inode == own; }),
                 spaces.end());
    read_here(own, "net/", true);
    const auto read_there = [&](const Space& space) { read_here(space.inode, folder_of(space), false); };
    for (const Space& closed : in_each(host_, spaces, read_there)) read_folder(closed.inode, folder_of(closed));
  }

 private:
  static std::string folder_of(const Space& space) { return std::to_string(space.pids.front()) + "/net/"; }

  /** By files alone. A tree without namespaces, as an old kernel's, has one all the same. */
  void read_files(const std::vector<Space>& spaces) {
    for (const Space& space : spaces) read_folder(space.inode, folder_of(space));
    if (!spaces.empty()) return;
    const bool has_net = faccessat(AT_FDCWD, (host_.proc + "/net").c_str(), F_OK, 0) == 0;
    space_ = none;
    for (const Protocol protocol : protocols_) settle(protocol, read_file(protocol, has_net ? "net/" : "1/net/"), true);
  }

  void read_folder(uint64_t space, const std::string& folder) {
    space_ = static_cast<double>(space);
    for (const Protocol protocol : protocols_) read_file(protocol, folder);
  }

  /** In the namespace this thread is in: whatever the kernel does not tell by netlink it may still tell by a file. */
  void read_here(uint64_t space, const std::string& folder, bool is_own) {
    space_ = space == 0 ? none : static_cast<double>(space);
    netlink::Netlink diag(NETLINK_SOCK_DIAG);
    const bool knows_tcp = wants(Protocol::Tcp4) && wants(Protocol::Tcp6) && ask_tcp(diag);
    for (const Protocol protocol : protocols_) {
      if (knows_tcp && (protocol == Protocol::Tcp4 || protocol == Protocol::Tcp6)) continue;
      const uint32_t before = rows_.count();
      const ReadStatus asked = ask(diag, protocol);
      if (asked == ReadStatus::Ok || rows_.count() > before) continue;
      settle(protocol, read_file(protocol, folder), is_own);
    }
  }

  /** One row stands for what could not be read; a file that is not there is of a protocol that is off. */
  void settle(Protocol protocol, ReadStatus status, bool is_own) {
    if (!is_own || status == ReadStatus::Ok || status == ReadStatus::Gone) return;
    rows_.begin(static_cast<double>(protocol));
    for (const Source source : {sockets, details, peers}) rows_.fail(source, status);
  }

  bool wants(Protocol protocol) const {
    return std::find(protocols_.begin(), protocols_.end(), protocol) != protocols_.end();
  }

  /**
   * TCP over both families in one answer, to the question that there was before SOCK_DIAG_BY_FAMILY: they stand in one
   * table of the kernel, which is walked for each question. False where there is no such answer.
   */
  bool ask_tcp(netlink::Netlink& diag) {
    rows_.count_read(sockets);
    seen_.clear();
    std::vector<inet_diag_msg> of_six;
    inet_diag_req question{};
    question.idiag_states = states;
    const int error = diag.dump(TCPDIAG_GETSOCK, netlink::question(question), [&](const netlink::Message& message) {
      inet_diag_msg head{};
      if (!netlink::copy_front(message.body, head)) return;
      if (head.idiag_family == AF_INET6) return of_six.push_back(head);
      take_inet(message.body, Protocol::Tcp4);
    });
    // Rows are in the order of their keys.
    for (const inet_diag_msg& head : of_six) take_inet(netlink::question(head), Protocol::Tcp6);
    return error == 0 || error == EINTR;
  }

  void take_inet(std::string_view body, Protocol protocol) {
    Socket socket;
    if (parse_inet_diag(body, protocol, socket)) take(protocol, socket);
  }

  /** A dump comes in pieces, and what moves in between may come twice. */
  void take(Protocol protocol, Socket& socket) {
    if (seen_.add(cookie_of(socket)).second) write(protocol, socket);
  }

  ReadStatus ask(netlink::Netlink& diag, Protocol protocol) {
    rows_.count_read(sockets);
    seen_.clear();
    const Kind& kind = kinds[static_cast<int>(protocol)];
    const int error = diag.dump(SOCK_DIAG_BY_FAMILY, question(kind), [&](const netlink::Message& message) {
      if (protocol != Protocol::Unix) return take_inet(message.body, protocol);
      Socket socket;
      if (parse_unix_diag(message.body, socket)) take(protocol, socket);
    });
    return error == EINTR ? ReadStatus::Ok : status_of(error);
  }

  std::string_view question(const Kind& kind) {
    if (kind.family == AF_UNIX) {
      unix_ = {};
      unix_.sdiag_family = AF_UNIX;
      unix_.udiag_states = ~0u;
      unix_.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID;
      return netlink::question(unix_);
    }
    inet_ = {};
    inet_.sdiag_family = static_cast<uint8_t>(kind.family);
    inet_.sdiag_protocol = static_cast<uint8_t>(kind.protocol);
    inet_.idiag_states = states;
    return netlink::question(inet_);
  }

  static uint64_t cookie_of(const Socket& socket) {
    return static_cast<uint64_t>(socket.sockets.cookie_high) << 32 | static_cast<uint64_t>(socket.sockets.cookie_low);
  }

  ReadStatus read_file(Protocol protocol, const std::string& folder) {
    rows_.count_read(sockets);
    const std::string path = host_.proc + "/" + folder + kinds[static_cast<int>(protocol)].file;
    const ReadStatus status = file_.whole(AT_FDCWD, path.c_str());
    if (status != ReadStatus::Ok) return status;
    std::string_view text = file_.text();
    if (protocol == Protocol::Unix) {
      write_unix(text);
    } else {
      write_inet(protocol, text);
    }
    return ReadStatus::Ok;
  }

  void write_unix(std::string_view text) {
    for (;;) {
      Socket socket;
      if (!take_unix(text, socket)) return;
      write(Protocol::Unix, socket);
    }
  }

  /** A line that is no socket is the heading, or damage that concerns no other line. */
  void write_inet(Protocol protocol, std::string_view text) {
    std::string_view line;
    while (take_line(text, line)) {
      Socket socket;
      if (parse_inet_line(line, protocol, is_big_endian, socket)) write(protocol, socket);
    }
  }

  void write(Protocol protocol, Socket& socket) {
    socket.sockets.space = space_;
    rows_.begin(static_cast<double>(protocol));
    put(rows_, socket.sockets);
    if (socket.has_details) put(rows_, socket.details);
    if (socket.has_peer || protocol != Protocol::Unix) put(rows_, socket.peers);
  }

  Host& host_;
  Rows& rows_;
  FileReader file_;
  std::vector<Protocol> protocols_;
  double space_ = none;
  Numbering seen_;
  inet_diag_req_v2 inet_{};
  unix_diag_req unix_{};
};

}  // namespace

void read_connection(Host& host, const Request& request, Rows& rows) { ConnectionReader(host, request, rows).read(); }

}  // namespace sysgraph
