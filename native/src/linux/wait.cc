// Waiting for processes to end, whoever's children they are.
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "host.h"
#include "pidfd.h"
#include "signals.h"
#include "wake.h"

namespace sysgraph {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/** How a process ended is told once its parent has asked for it: how often that is looked for, at first and later. */
constexpr milliseconds grace_step{10};
constexpr milliseconds grace_steps_end{100};
/** How often one is looked for of which there is no handle. */
constexpr milliseconds look_step{50};

struct Item {
  Item(const Target& of, bool may_hold)
      : target(of), pidfd(may_hold ? open_pidfd(of.pid) : -1), error(may_hold && pidfd.get() < 0 ? errno : 0) {}

  Target target;
  Descriptor pidfd;
  int error;
  Waited waited;
  /** There is nothing more to learn of it. */
  bool is_settled = false;
  Clock::time_point ended;

  bool is_held() const { return pidfd.get() >= 0; }
};

struct Call {
  uint32_t number = 0;
  std::vector<Target> targets;
  Clock::time_point deadline;
  /** How long a parent is given to ask. */
  milliseconds grace{0};
  std::vector<std::unique_ptr<Item>> items;
};

void settle(Item& item, Effect effect, bool has_ended) {
  item.waited.effect = effect;
  item.waited.has_ended = has_ended;
  item.is_settled = true;
}

void begin(const Host& host, Item& item) {
  const bool is_gone = item.target.pid <= 0 || item.error == ESRCH || item.error == EINVAL;
  const ReadStatus status = is_gone ? ReadStatus::Gone : identify(host, item.target);
  if (!host.live) return settle(item, Effect::Unsupported, false);
  if (status == ReadStatus::Gone) return settle(item, Effect::Done, true);
  if (status != ReadStatus::Ok) settle(item, status == ReadStatus::Denied ? Effect::Denied : Effect::Failed, false);
}

/** Of one that has ended: how, as soon as that is known, or not at all. */
void learn(Item& item, Clock::time_point now, milliseconds grace) {
  if (!item.waited.has_ended) item.ended = now;
  item.waited.has_ended = true;
  // In this order: what was reaped before is told now, if it ever is.
  const bool is_last_look = !item.is_held() || now - item.ended >= grace || is_reaped(item.pidfd.get());
  const std::optional<uint32_t> status = item.is_held() ? exit_status(item.pidfd.get()) : std::nullopt;
  item.is_settled = status || is_last_look;
  if (!status) return;
  const int signal = static_cast<int>(*status & 0x7f);
  if (signal == 0) item.waited.exit_code = *status >> 8 & 0xff;
  if (signal != 0) item.waited.signal = signal_name(signal);
}

/** So many handles leave enough descriptors for everything else. */
size_t most_handles() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<size_t>(limit.rlim_cur) / 4 : 0;
}

class PidfdWaits : public Waits {
 public:
  PidfdWaits(std::shared_ptr<Host> host, std::function<void()> ring) : host_(std::move(host)), ring_(std::move(ring)) {}

  ~PidfdWaits() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stops_ = true;
    }
    wake_.call();
    if (thread_.joinable()) thread_.join();
  }
  PidfdWaits(const PidfdWaits&) = delete;
  PidfdWaits& operator=(const PidfdWaits&) = delete;

  uint32_t add(std::vector<Target> targets, milliseconds patience, milliseconds grace) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    Call call;
    call.number = ++last_;
    call.targets = std::move(targets);
    call.deadline = Clock::now() + patience;
    call.grace = grace;
    if (!runs_) start();
    added_.push_back(std::move(call));
    wake_.call();
    return last_;
  }

  void cancel(uint32_t number) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!runs_) return;
    cancelled_.insert(number);
    wake_.call();
  }

  std::vector<Done> take() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(done_, {});
  }

 private:
  /** It finds what is asked for once the lock is let go. Where no thread can be had, nothing is asked for. */
  void start() {
    // One that has ended says so as the last thing it does.
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([this] { run(); });
    runs_ = true;
  }

  void run() {
    std::vector<Call> calls;
    while (take_in(calls)) {
      wait(calls);
      const Clock::time_point now = Clock::now();
      for (Call& call : calls) look(call, now);
      finish(calls, now);
    }
  }

  /** Takes what was asked for meanwhile; false if there is nothing to do. */
  bool take_in(std::vector<Call>& calls) {
    wake_.hear();
    size_t known = calls.size();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (Call& call : added_) calls.push_back(std::move(call));
      added_.clear();
      const auto is_cancelled = [&](const Call& call) { return cancelled_.count(call.number) != 0; };
      known -= static_cast<size_t>(
          std::count_if(calls.begin(), calls.begin() + static_cast<ptrdiff_t>(known), is_cancelled));
      calls.erase(std::remove_if(calls.begin(), calls.end(), is_cancelled), calls.end());
      cancelled_.clear();
      runs_ = !calls.empty() && !stops_;
      if (!runs_) return false;
    }
    size_t handles = 0;
    for (const Call& call : calls) handles += call.items.size();
    for (; known < calls.size(); known++) {
      for (const Target& target : calls[known].targets) {
        calls[known].items.push_back(std::make_unique<Item>(target, handles++ < most_handles_));
        begin(*host_, *calls[known].items.back());
      }
    }
    return true;
  }

  /** Until something ends, something is asked for, or it is time to look. */
  void wait(const std::vector<Call>& calls) {
    std::vector<pollfd> of{{wake_.get(), POLLIN, 0}};
    const Clock::time_point now = Clock::now();
    Clock::time_point until = Clock::time_point::max();
    for (const Call& call : calls) {
      bool is_open = false;
      for (const std::unique_ptr<Item>& item : call.items) {
        if (item->is_settled) continue;
        is_open = true;
        if (item->waited.has_ended) {
          until = std::min(until, now + (now - item->ended < grace_steps_end ? grace_step : look_step));
        } else if (item->is_held()) {
          of.push_back({item->pidfd.get(), POLLIN, 0});
        } else {
          until = std::min(until, now + look_step);
        }
      }
      until = std::min(until, is_open ? call.deadline : now);
    }
    const milliseconds left = std::chrono::ceil<milliseconds>(std::max(until, now) - now);
    poll(of.data(), of.size(), static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
  }

  void look(Call& call, Clock::time_point now) {
    for (const std::unique_ptr<Item>& item : call.items) {
      if (item->is_settled) continue;
      const bool is_over =
          item->waited.has_ended ||
          (item->is_held() ? has_ended(item->pidfd.get()) : identify(*host_, item->target) == ReadStatus::Gone);
      if (is_over) learn(*item, now, call.grace);
    }
  }

  void finish(std::vector<Call>& calls, Clock::time_point now) {
    const auto is_over = [&](const Call& call) {
      const auto is_settled = [](const std::unique_ptr<Item>& item) { return item->is_settled; };
      return now >= call.deadline || std::all_of(call.items.begin(), call.items.end(), is_settled);
    };
    std::vector<Done> done;
    for (const Call& call : calls) {
      if (!is_over(call)) continue;
      done.emplace_back(call.number, std::vector<Waited>());
      for (const std::unique_ptr<Item>& item : call.items) done.back().second.push_back(item->waited);
    }
    if (done.empty()) return;
    calls.erase(std::remove_if(calls.begin(), calls.end(), is_over), calls.end());
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      std::move(done.begin(), done.end(), std::back_inserter(done_));
    }
    ring_();
  }

  const std::shared_ptr<Host> host_;
  const std::function<void()> ring_;
  const Wake wake_;
  const size_t most_handles_ = most_handles();
  std::mutex mutex_;
  uint32_t last_ = 0;
  bool runs_ = false;
  bool stops_ = false;
  std::vector<Call> added_;
  std::set<uint32_t> cancelled_;
  std::vector<Done> done_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Waits> open_waits(const std::shared_ptr<Host>& host, const std::function<void()>& ring) {
  return std::make_unique<PidfdWaits>(host, ring);
}

}  // namespace sysgraph
