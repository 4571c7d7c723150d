// Every pure parser of text from the kernel, behind one door: the first byte says which one the rest is for. A parser
// may refuse what it is given; it may not crash, read past it, or give a figure that could not be written.
#include <cstdlib>
#include <functional>

#include "../../native/src/linux/address.h"
#include "../../native/src/linux/cgroup.h"
#include "../../native/src/linux/connection.h"
#include "../../native/src/linux/cpus.h"
#include "../../native/src/linux/environment.h"
#include "../../native/src/linux/event.h"
#include "../../native/src/linux/limit.h"
#include "../../native/src/linux/memory.h"
#include "../../native/src/linux/netlink_socket.h"
#include "../../native/src/linux/network.h"
#include "../../native/src/linux/open_file.h"
#include "../../native/src/linux/process.h"
#include "../../native/src/linux/service.h"
#include "../../native/src/linux/session.h"
#include "../../native/src/linux/signals.h"
#include "../../native/src/linux/smaps.h"
#include "../../native/src/linux/system.h"

using namespace sysgraph;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/** What a row says goes through the writer, which must make valid text of it. */
template <typename Row>
void write(uint32_t source, const Shape& shape, const Row& row) {
  Rows rows(shape, 1u << source);
  rows.begin(1);
  put(rows, row);
  require(rows.count() == 1);
  for (const char c : rows.block().bytes()) require(c != '\0' || source == process::cmdline);
}

constexpr Shape process_shape{"process", process::widths, sizeof(process::widths) / sizeof(uint32_t)};
constexpr Shape limit_shape{"limit", limit::widths, 1};
constexpr Shape environment_shape{"environment", environment::widths, 1};
constexpr Shape map_shape{"memoryMap", memory_map::widths, 1};
constexpr Shape connection_shape{"connection", connection::widths, 3};
constexpr Shape session_shape{"session", session::widths, 1};
constexpr Shape system_shape{"system", system::widths, sizeof(system::widths) / sizeof(uint32_t)};

void fuzz_stat(std::string_view text) {
  process::StatLine row;
  if (!process::parse_stat(text, {0, 100, 4096, none}, row)) return;
  write<process::Stat>(process::stat, process_shape, row);
  write<process::State>(process::state, process_shape, row);
  write<process::Parent>(process::parent, process_shape, row);
}

void fuzz_statm(std::string_view text) {
  process::Statm row;
  if (process::parse_statm(text, {}, row)) write(process::statm, process_shape, row);
}

void fuzz_status(std::string_view text) {
  process::Status row;
  if (process::parse_status(text, row)) write(process::status, process_shape, row);
}

void fuzz_cmdline(std::string_view text) {
  const std::string items = process::parse_cmdline(text);
  require(items.empty() || items.back() == '\0');
  write(process::cmdline, process_shape, process::Cmdline{static_cast<double>(text.size()), items});
}

void fuzz_io(std::string_view text) {
  process::Io row;
  if (process::parse_io(text, row)) write(process::io, process_shape, row);
}

void fuzz_limits(std::string_view text) {
  std::vector<limit::Limits> rows;
  if (limit::parse(text, rows)) {
    for (const auto& row : rows) write(limit::limits, limit_shape, row);
  }
}

void fuzz_environ(std::string_view text) {
  std::vector<environment::Environ> rows;
  environment::parse(text, rows);
  for (const auto& row : rows) {
    require(!row.name.empty() && row.name.find('=') == std::string_view::npos);
    write(environment::environ, environment_shape, row);
  }
}

void fuzz_smaps(std::string_view text) {
  smaps::parse(text, [](const smaps::Region& region, memory_map::Smaps& row) {
    row.path = region.path;
    require(row.rss >= 0 && !region.path.empty());
    write(memory_map::smaps, map_shape, row);
  });
  process::Rollup sum;
  if (smaps::parse_footprint(text, sum)) require(sum.memory_footprint_uss >= 0);
}

void fuzz_cgroup(std::string_view text) {
  std::string_view path;
  if (!cgroup::parse(text, path)) return;
  require(path[0] == '/');
  cgroup::place_of(path);
}

void fuzz_fdinfo(std::string_view text) {
  double position = none;
  double flags = none;
  if (open_file::parse(text, position, flags)) open_file::mode_of(flags);
}

/** A list that is one is the list of the set it names. */
void fuzz_cpus(std::string_view text) {
  if (is_cpu_list(text)) require(text.size() < size_t{1} << 20);
  const std::vector<unsigned long> words(text.begin(), text.end());
  const std::string list = cpu_list(words.data(), words.size());
  require(list.empty() || is_cpu_list(list) || words.size() * 64 > 1 << 16);
}

void fuzz_system(std::string_view text) {
  system::Stat cpu;
  if (system::parse_stat(text, 100, cpu)) write(system::stat, system_shape, cpu);
  system::Memory memory;
  if (system::parse_meminfo(text, memory)) {
    system::settle_memory(memory, none);
    write(system::meminfo, system_shape, memory.row);
    if (system::settle_swap(memory.swap)) write(system::swap, system_shape, memory.swap);
  }
  system::Loadavg load;
  system::parse_loadavg(text, load);
  system::Boot boot;
  system::parse_uptime(text, boot);
  system::effective_capabilities(text);
  system::os_release(text, "NAME");
}

void fuzz_text(std::string_view text) {
  TextBlock block;
  block.append(text, false);
  // What was made valid stays as it is.
  TextBlock again;
  again.append(block.bytes(), false);
  require(again.bytes() == block.bytes() && again.units() == block.units());
}

void fuzz_network(std::string_view text) {
  network::Interface one;
  if (network::parse_link(text, one)) require(one.index > 0 && !one.name.empty());
  network::Interface counted;
  if (network::parse_stats(text, counted)) require(counted.is_counted);
  std::vector<network::Interface> all;
  network::parse_dev(text, all);
  for (const auto& interface : all) require(interface.is_counted && !interface.name.empty());
  netlink::Message message;
  while (netlink::take_message(text, message)) require(message.body.size() < size_t{8192});
}

void fuzz_address(std::string_view text) {
  address::Found found;
  if (address::parse_address(text, found)) require(!found.address.empty() && !found.netmask.empty());
  require(address::hardware_text(text).empty() == text.empty());
}

void write_socket(const connection::Socket& socket) {
  write(connection::sockets, connection_shape, socket.sockets);
  if (socket.has_details) write(connection::details, connection_shape, socket.details);
}

/** However many sockets a text has, it comes to an end. */
void fuzz_sockets(std::string_view text) {
  connection::Socket diag;
  if (connection::parse_unix_diag(text, diag)) write_socket(diag);
  for (const auto protocol : {connection::Protocol::Tcp4, connection::Protocol::Udp6}) {
    connection::Socket socket;
    if (connection::parse_inet_diag(text, protocol, socket)) write_socket(socket);
    for (const bool is_big_endian : {false, true}) {
      connection::Socket line;
      if (connection::parse_inet_line(text, protocol, is_big_endian, line)) write_socket(line);
    }
  }
  for (;;) {
    connection::Socket socket;
    if (!connection::take_unix(text, socket)) break;
    write_socket(socket);
  }
}

void fuzz_utmp(std::string_view text) {
  session::parse_utmp(text, [](const session::Login& login) {
    require(!login.user.empty());
    write(session::sessions, session_shape,
          session::Sessions{login.user, login.terminal, login.host, login.started_at, login.pid});
  });
}

/** A name that may be asked for is a name on the bus too, and nobody can make a template of it. */
void fuzz_service(std::string_view text) {
  const std::string name(text);
  for (const char c : service::object_path(name)) require(c == '/' || c == '_' || (c >= '0' && c <= 'z'));
  const auto listed = service::merge({{name, {}, "loaded", "active", {}}}, {{"/" + name, "enabled"}});
  require(listed.size() <= 2);
  if (service::is_name(name)) require(listed.size() == 1 && service::template_of(name) != name);
}

void fuzz_event(std::string_view text) {
  if (const auto heard = event::parse(text)) require(heard->what != event::What::Nothing);
  if (const int number = signal_number(text)) require(!signal_name(number).empty());
}

constexpr void (*parsers[])(std::string_view) = {fuzz_stat,    fuzz_statm,   fuzz_status,  fuzz_cmdline, fuzz_io,
                                                 fuzz_limits,  fuzz_environ, fuzz_smaps,   fuzz_cgroup,  fuzz_fdinfo,
                                                 fuzz_cpus,    fuzz_system,  fuzz_text,    fuzz_network, fuzz_address,
                                                 fuzz_sockets, fuzz_utmp,    fuzz_service, fuzz_event};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parsers[data[0] % (sizeof parsers / sizeof *parsers)](text.substr(1));
  return 0;
}
