// What becomes of processes, from the kernel's process connector.
#include "event.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "netlink_socket.h"
#include "proc.h"
#include "process.h"
#include "signals.h"
#include "wake.h"

namespace sysgraph {
namespace {

using event::Heard;
using event::What;

// Room for the kernel while this thread does not come to read; it is used only then.
constexpr int receive_buffer = 16 << 20;
/** Events that wait for whoever listens; what comes when there are so many is lost, and said to be. */
constexpr size_t most_pending = size_t{1} << 16;
/** Messages that are read before anything is done about them. */
constexpr size_t most_heard = 4096;

/** The difference of two clocks, in nanoseconds. */
double between(clockid_t clock, clockid_t other) {
  timespec of{};
  timespec to{};
  // In this order, so that it is never too small.
  clock_gettime(other, &to);
  clock_gettime(clock, &of);
  return static_cast<double>(of.tv_sec - to.tv_sec) * 1e9 + static_cast<double>(of.tv_nsec - to.tv_nsec);
}

struct Pending {
  int32_t pid = 0;
  event::Told row;
  std::string name;
  std::string signal;
};

/** The socket: what is heard on it, and that something was missed. */
class Connector {
 public:
  explicit Connector(int buffer)
      : socket_(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)) {
    const int error = listen(buffer);
    // Whatever else is wrong, there is no connector here: not in the kernel, or not in this namespace of the network.
    if (status_of(error) == ReadStatus::Denied) status_ = ReadStatus::Denied;
    // The kernel has answered by now, unless this is not the namespace it speaks to.
    std::vector<Heard> before;
    while (error == 0 && status_ == ReadStatus::Unsupported && hear(before)) before.clear();
  }
  ~Connector() {
    if (status_ == ReadStatus::Ok) ask(PROC_CN_MCAST_IGNORE);
  }
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  ReadStatus status() const { return status_; }
  int get() const { return socket_.get(); }

  /** Takes what there is; false once that was all. */
  bool hear(std::vector<Heard>& heard) {
    char buffer[1024];
    while (heard.size() < most_heard) {
      sockaddr_nl from{};
      socklen_t length = sizeof from;
      auto* sender = reinterpret_cast<sockaddr*>(&from);
      const ssize_t got = recvfrom(socket_.get(), buffer, sizeof buffer, 0, sender, &length);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno != ENOBUFS) return false;
      if (got < 0) has_missed_ = true;
      // Only the kernel has the number 0.
      if (got > 0 && from.nl_pid == 0) take({buffer, static_cast<size_t>(got)}, heard);
    }
    return true;
  }

  /** Whether something was missed since this was last asked. */
  bool has_missed() { return std::exchange(has_missed_, false); }

 private:
  int listen(int buffer) {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = CN_IDX_PROC;
    if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return errno;
    // An ordinary user may listen since Linux 6.6, with as much room as any socket may have.
    if (setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
      setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    return ask(PROC_CN_MCAST_LISTEN);
  }

  int ask(uint32_t operation) {
    nlmsghdr header{};
    header.nlmsg_len = sizeof header + sizeof(cn_msg) + sizeof operation;
    header.nlmsg_type = NLMSG_DONE;
    cn_msg message{};
    message.id = {CN_IDX_PROC, CN_VAL_PROC};
    message.ack = number_;
    message.len = sizeof operation;
    std::string bytes(netlink::question(header));
    bytes.append(netlink::question(message)).append(netlink::question(operation));
    return send(socket_.get(), bytes.data(), bytes.size(), 0) < 0 ? errno : 0;
  }

  void take(std::string_view datagram, std::vector<Heard>& heard) {
    netlink::Message message;
    while (netlink::take_message(datagram, message)) {
      const std::optional<Heard> told = event::parse(message.body);
      if (!told) continue;
      // Answers to the questions of others are heard too.
      const bool is_answer = told->what == What::Answer;
      if (is_answer && told->question == number_ + 1) status_ = status_of(static_cast<int>(told->code));
      has_missed_ |= !sequences_.follows(told->cpu, told->sequence);
      if (!is_answer) heard.push_back(*told);
    }
  }

  const Descriptor socket_;
  const uint32_t number_ = static_cast<uint32_t>(getpid()) ^ static_cast<uint32_t>(reinterpret_cast<uintptr_t>(this));
  ReadStatus status_ = ReadStatus::Unsupported;
  event::Sequences sequences_;
  bool has_missed_ = false;
};

/** Listens on a thread of its own, and looks at once at what it hears of: soon it may be gone. */
class ProcessEvents : public Events {
 public:
  ProcessEvents(const Host& host, std::unique_ptr<Connector> connector, std::function<void()> ring)
      : host_(host), files_(host.proc), connector_(std::move(connector)), ring_(std::move(ring)), thread_([this] {
          run();
        }) {}

  ~ProcessEvents() override {
    stop_.call();
    thread_.join();
  }
  ProcessEvents(const ProcessEvents&) = delete;
  ProcessEvents& operator=(const ProcessEvents&) = delete;

  bool take(Rows& rows) override {
    std::vector<Pending> pending;
    bool lost = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      pending.swap(pending_);
      std::swap(lost, lost_);
    }
    for (Pending& each : pending) {
      if (!each.name.empty()) each.row.name = each.name;
      if (!each.signal.empty()) each.row.signal = each.signal;
      rows.begin(each.pid);
      put(rows, each.row);
    }
    return lost;
  }

 private:
  void run() {
    pollfd of[] = {{stop_.get(), POLLIN, 0}, {connector_->get(), POLLIN, 0}};
    std::vector<Heard> heard;
    bool missed = false;
    while (poll(of, 2, -1) < 0 || of[0].revents == 0) {
      bool more = true;
      // To the end of what there is, as far as that goes: what is heard later may explain what was seen.
      do {
        heard.clear();
        more = connector_->hear(heard);
        to_wall_ = between(CLOCK_REALTIME, CLOCK_MONOTONIC);
        to_boot_ = between(CLOCK_BOOTTIME, CLOCK_MONOTONIC);
        for (const Heard& each : heard) tell(each);
      } while (!heard.empty() && ready_.size() < most_heard);
      missed |= connector_->has_missed();
      // As long as its buffer is not empty again, the kernel may be throwing away more.
      if (missed && !more) {
        settle();
        missed = false;
      }
      hand_over();
    }
  }

  void tell(const Heard& heard) {
    if (heard.what == What::Exit) return exited(heard);
    if (heard.thread != heard.process || heard.what == What::Other) return;
    Pending pending = about(heard);
    const std::optional<process::StatLine> stat = look(pending);
    if (heard.what == What::Fork) pending.row.ppid = heard.parent;
    if (heard.what == What::Exec) {
      leaderless_.erase(heard.process);
      take_back(heard.process);
    }
    if (stat) {
      pending.row.start_ticks = stat->start_ticks;
      pending.row.ppid = heard.what == What::Fork ? heard.parent : stat->ppid;
      pending.name = stat->comm;
    }
    ready_.push_back(std::move(pending));
  }

  /**
   * Whoever comes late to look at a process whose first thread was replaced may find that it has ended since: it was
   * no end that it was looked at for.
   */
  void take_back(int32_t process) {
    const auto at = std::find_if(ready_.rbegin(), ready_.rend(), [&](const Pending& of) { return of.pid == process; });
    if (at == ready_.rend() || at->row.kind != static_cast<double>(ProcessEventKind::Exited)) return;
    ready_.erase(std::next(at).base());
  }

  Pending about(const Heard& heard) const {
    const auto moment = static_cast<double>(heard.nanoseconds);
    const ProcessEventKind kind = heard.what == What::Fork   ? ProcessEventKind::Started
                                  : heard.what == What::Exec ? ProcessEventKind::Execed
                                                             : ProcessEventKind::Exited;
    Pending pending;
    pending.pid = heard.process;
    pending.row.kind = static_cast<double>(kind);
    pending.row.at = std::floor((moment + to_wall_) / 1e6);
    pending.row.ticks = std::floor((moment + to_boot_) * host_.ticks_per_second / 1e9);
    return pending;
  }

  /** The process as it is now; nothing if it is gone, or a later one has its pid. */
  std::optional<process::StatLine> look(const Pending& at) {
    process::StatLine stat;
    files_.select(at.pid);
    const process::Units units{0, host_.ticks_per_second, host_.page_size};
    if (files_.once("stat") != ReadStatus::Ok || !process::parse_stat(files_.text(), units, stat)) return {};
    return stat.start_ticks <= at.row.ticks ? std::optional(stat) : std::nullopt;
  }

  /**
   * A process ends with its last thread, which need not be the first one; and where another thread than the first
   * begins a program, the first one ends, and the other takes its place.
   */
  void exited(const Heard& heard) {
    const bool is_first = heard.thread == heard.process;
    if (!is_first && leaderless_.count(heard.process) == 0) return;
    Pending pending = about(heard);
    pending.row.exit_code = (heard.code & 0x7f) == 0 ? heard.code >> 8 & 0xff : none;
    if ((heard.code & 0x7f) != 0) pending.signal = signal_name(static_cast<int>(heard.code & 0x7f));
    if (goes_on(pending)) {
      leaderless_[heard.process] = std::move(pending);
      return;
    }
    leaderless_.erase(heard.process);
    ready_.push_back(std::move(pending));
  }

  /**
   * Whether it still runs. A first thread that is replaced while its stat is read looks like the end: who looks once
   * more sees the other one in its place.
   */
  bool goes_on(const Pending& at) {
    for (int looks = 0; looks < 2; looks++) {
      const std::optional<process::StatLine> stat = look(at);
      if (stat && !is_over(*stat)) return true;
    }
    return false;
  }

  static bool is_over(const process::StatLine& stat) {
    return stat.num_threads <= 1 && (stat.status == static_cast<double>(ProcessStatus::Zombie) ||
                                     stat.status == static_cast<double>(ProcessStatus::Dead));
  }

  /** Something was missed: those that were waited for may have ended, and whoever listens has to look for themselves.
   */
  void settle() {
    for (auto at = leaderless_.begin(); at != leaderless_.end();) {
      const bool is_there = goes_on(at->second);
      if (!is_there) ready_.push_back(std::move(at->second));
      at = is_there ? std::next(at) : leaderless_.erase(at);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    lost_ = true;
  }

  void hand_over() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (Pending& each : ready_) {
        lost_ |= pending_.size() >= most_pending;
        if (pending_.size() < most_pending) pending_.push_back(std::move(each));
      }
      if (pending_.empty() && !lost_) return;
    }
    ready_.clear();
    ring_();
  }

  const Host& host_;
  ProcFiles files_;
  const std::unique_ptr<Connector> connector_;
  const std::function<void()> ring_;
  const Wake stop_;
  /** What is added to a moment of the kernel's to make it one of the clock on the wall, and one since boot. */
  double to_wall_ = 0;
  double to_boot_ = 0;
  /** Processes whose first thread has ended while others go on. */
  std::unordered_map<int32_t, Pending> leaderless_;
  std::vector<Pending> ready_;
  std::mutex mutex_;
  std::vector<Pending> pending_;
  bool lost_ = false;
  // The last, since it begins with what is above.
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Events> open_events(Host& host, double buffer, const std::function<void()>& ring, ReadStatus& status) {
  status = ReadStatus::Unsupported;
  if (!host.live) return nullptr;
  auto connector = std::make_unique<Connector>(buffer > 0 ? static_cast<int>(buffer) : receive_buffer);
  status = connector->status();
  if (status != ReadStatus::Ok) return nullptr;
  try {
    return std::make_unique<ProcessEvents>(host, std::move(connector), ring);
  } catch (const std::system_error& error) {
    // There is no thread to be had, or no descriptor.
    status = status_of(error.code().value());
    return nullptr;
  }
}

/** Nobody can ask for what happened: it is told, or it is gone. */
void read_event(Host&, const Request&, Rows&) {}

}  // namespace sysgraph
