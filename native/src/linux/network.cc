// Network interfaces, by netlink; from /proc/net/dev and /sys/class/net where that is not to be had.
#include "network.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "../parse.h"
#include "driver.h"
#include "host.h"
#include "netlink_socket.h"

namespace sysgraph {
namespace network {
namespace {

// A listing during which something changed is made anew; more than once is seldom needed.
constexpr int attempts = 3;

using Parse = bool (*)(std::string_view, Interface&);

int dump_interfaces(uint16_t type, std::string_view body, Parse parse, std::vector<Interface>& interfaces) {
  netlink::Netlink route(NETLINK_ROUTE);
  int error = EINTR;
  for (int attempt = 0; attempt < attempts && error == EINTR; attempt++) {
    interfaces.clear();
    error = route.dump(type, body, [&](const netlink::Message& message) {
      Interface interface;
      if (parse(message.body, interface)) interfaces.push_back(std::move(interface));
    });
  }
  return error == EINTR ? 0 : error;
}

int dump_links(With with, std::vector<Interface>& interfaces) {
  struct {
    ifinfomsg head{};
    nlattr extension{sizeof(nlattr) + sizeof(uint32_t), IFLA_EXT_MASK};
    uint32_t filter = 0;
  } body;
  body.filter = with == With::Counts ? 0 : RTEXT_FILTER_SKIP_STATS;
  return dump_interfaces(RTM_GETLINK, netlink::question(body), parse_link, interfaces);
}

int dump_stats(std::vector<Interface>& interfaces) {
  if_stats_msg body{};
  body.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
  return dump_interfaces(RTM_GETSTATS, netlink::question(body), parse_stats, interfaces);
}

/** The interfaces by files alone. */
class Files {
 public:
  explicit Files(const Host& host) : host_(host) {}

  ReadStatus list(std::vector<Interface>& interfaces) {
    interfaces.clear();
    // The proc of another machine has no self, which /proc/net leads through.
    ReadStatus status = file_.whole(AT_FDCWD, (host_.proc + "/net/dev").c_str());
    if (status == ReadStatus::Gone) status = file_.whole(AT_FDCWD, (host_.proc + "/1/net/dev").c_str());
    if (status != ReadStatus::Ok) return status;
    if (!parse_dev(file_.text(), interfaces)) return ReadStatus::Malformed;
    for (Interface& interface : interfaces) describe(interface);
    for (size_t i = 0; i < interfaces.size(); i++) {
      if (interfaces[i].index <= 0) interfaces[i].index = static_cast<int32_t>(i + 1);
    }
    return ReadStatus::Ok;
  }

 private:
  void describe(Interface& interface) {
    double index = 0;
    if (take_attribute(interface, "ifindex", index) && index <= INT32_MAX)
      interface.index = static_cast<int32_t>(index);
    take_attribute(interface, "mtu", interface.mtu);
    const std::string flags = attribute(interface, "flags");
    if (!starts_with(flags, "0x")) return;
    interface.flags = static_cast<double>(std::strtoul(flags.c_str(), nullptr, 16));
    // The file does not tell of running: that is what the state is for.
    const std::string state = attribute(interface, "operstate");
    const bool is_up = (static_cast<uint32_t>(interface.flags) & IFF_UP) != 0;
    if (is_up && (state == "up" || state == "unknown")) interface.flags += IFF_RUNNING;
  }

  std::string attribute(const Interface& interface, const char* name) {
    const std::string path = host_.sys + "/class/net/" + interface.name + "/" + name;
    if (file_.whole(AT_FDCWD, path.c_str()) != ReadStatus::Ok) return {};
    std::string_view text = file_.text();
    return std::string(take(text, '\n'));
  }

  bool take_attribute(const Interface& interface, const char* name, double& value) {
    const std::string text = attribute(interface, name);
    std::string_view rest(text);
    return take_number(rest, value);
  }

  const Host& host_;
  FileReader file_;
};

/** Writes the rows of one call. */
class NetworkReader {
 public:
  NetworkReader(Host& host, uint64_t call, Rows& rows) : host_(host), rows_(rows) {
    const bool only_io = rows_.wants(io) && !rows_.wants(link) && !rows_.wants(ethtool);
    const With with = only_io ? With::NothingElse : rows_.wants(io) ? With::Counts : With::NoCounts;
    for (const Source source : {link, io, ethtool}) {
      if (rows_.wants(source)) rows_.count_read(source);
    }
    status_ = rows_.wants(io) ? count_interfaces(host_, with, interfaces_) : list_interfaces(host_, with, interfaces_);
    clock_ = since_boot();
    if (with != With::NothingElse) host.links.keep(call, {status_, interfaces_});
    if (status_ != ReadStatus::Ok) return;
    if (rows_.wants(ethtool)) settings_ = read_settings(host_, interfaces_);
  }

  ReadStatus status() const { return status_; }

  void read_all(const std::vector<int32_t>& except) {
    for (size_t i = 0; i < interfaces_.size(); i++) {
      if (std::find(except.begin(), except.end(), interfaces_[i].index) == except.end()) write(i);
    }
  }

  /** An interface that vanished meanwhile is gone. */
  void read(int32_t index) {
    for (size_t i = 0; i < interfaces_.size(); i++) {
      if (interfaces_[i].index == index) return write(i);
    }
    rows_.begin(index);
    const ReadStatus status = status_ == ReadStatus::Ok ? ReadStatus::Gone : status_;
    for (const Source source : {link, io, ethtool}) rows_.fail(source, status);
  }

 private:
  void write(size_t i) {
    const Interface& interface = interfaces_[i];
    rows_.begin(interface.index);
    if (rows_.wants(link)) write_link(interface);
    if (rows_.wants(io)) write_counts(interface);
    if (rows_.wants(ethtool)) write_settings(settings_[i]);
  }

  void write_link(const Interface& interface) {
    const bool known = !std::isnan(interface.flags);
    const auto flags = known ? static_cast<uint32_t>(interface.flags) : 0;
    const std::string names = flag_names(flags);
    put(rows_, Link{interface.name, known ? static_cast<double>((flags & IFF_RUNNING) != 0) : none, interface.mtu,
                    known ? std::string_view(names) : std::string_view()});
  }

  void write_counts(const Interface& interface) {
    const Counts& c = interface.counts;
    if (!interface.is_counted) return rows_.fail(io, ReadStatus::Unsupported);
    put(rows_, Io{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], clock_});
  }

  void write_settings(const Settings& settings) {
    if (settings.status != ReadStatus::Ok) return rows_.fail(ethtool, settings.status);
    put(rows_, Ethtool{settings.duplex, settings.speed});
  }

  Host& host_;
  Rows& rows_;
  ReadStatus status_ = ReadStatus::Ok;
  /** When they were counted. */
  double clock_ = none;
  std::vector<Interface> interfaces_;
  std::vector<Settings> settings_;
};

}  // namespace

ReadStatus list_interfaces(const Host& host, With with, std::vector<Interface>& interfaces) {
  if (host.live) {
    if (with == With::NothingElse && dump_stats(interfaces) == 0) return ReadStatus::Ok;
    if (dump_links(with == With::NoCounts ? with : With::Counts, interfaces) == 0) return ReadStatus::Ok;
  }
  return Files(host).list(interfaces);
}

ReadStatus count_interfaces(Host& host, With with, std::vector<Interface>& interfaces) {
  ReadStatus status = ReadStatus::Ok;
  const auto read = [&]() -> std::optional<Counters<8>::Sample> {
    status = list_interfaces(host, with, interfaces);
    if (status != ReadStatus::Ok) return std::nullopt;
    Counters<8>::Sample sample;
    // An interface has its number alone: one that takes the name of another that is gone has counted nothing yet.
    for (const Interface& one : interfaces) sample.push_back({std::to_string(one.index), one.counts});
    return sample;
  };
  const auto sample = host.network_counters.take(read);
  for (size_t i = 0; sample && i < sample->size(); i++) interfaces[i].counts = (*sample)[i].values;
  return status;
}

ReadStatus total(Host& host, Counts& counts) {
  std::vector<Interface> interfaces;
  const ReadStatus status = count_interfaces(host, With::NothingElse, interfaces);
  counts.fill(0);
  for (const Interface& interface : interfaces) {
    for (size_t i = 0; i < counts.size(); i++) counts[i] += interface.counts[i];
  }
  return status;
}

}  // namespace network

void read_network(Host& host, const Request& request, Rows& rows) {
  network::NetworkReader reader(host, request.call, rows);
  if (!request.lists()) {
    for (const int32_t index : request.keys) reader.read(index);
    return;
  }
  if (reader.status() != ReadStatus::Ok) throw std::runtime_error("cannot list the network interfaces of " + host.proc);
  reader.read_all(request.keys);
}

}  // namespace sysgraph
