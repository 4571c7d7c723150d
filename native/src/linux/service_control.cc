// Starts, stops and restarts services, by systemd.
#include <map>

#include "host.h"
#include "service.h"
#include "systemd.h"

namespace sysgraph {
namespace {

using namespace service;

/** What is done to one service, until systemd says how it ended. */
class ServiceJob {
 public:
  explicit ServiceJob(std::chrono::milliseconds limit) : limit_(limit), bus_(limit, [] {}) {}

  ServiceControl run(const std::string& name, const std::string& verb) {
    const auto end = Bus::Clock::now() + limit_;
    bus_.listen(manager_interface, "JobRemoved", [this](Reply& signal) { take_end(signal); });
    bus_.ask({"org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", {rule}}, ignore);
    // Else systemd tells nobody.
    bus_.ask(of_manager("Subscribe", {}), ignore);
    bus_.ask(of_manager(verb, {name, std::string("replace")}), [this](Reply& reply) { take_job(reply); });
    if (bus_.wait_until(end, [this] { return is_refused_ || ends_.count(job_) != 0; })) return outcome();
    if (bus_.status() != ReadStatus::Ok && bus_.status() != ReadStatus::TimedOut) {
      return {std::string(outcome_of_status(bus_.status())), "the system bus cannot be asked, or went away"};
    }
    return {"TIMED_OUT", "it was not done in time, and may still be"};
  }

 private:
  static constexpr const char* rule =
      "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager',"
      "member='JobRemoved'";

  static void ignore(Reply&) {}

  void take_job(Reply& reply) {
    job_ = reply.text('o');
    error_ = reply.error();
    says_ = reply.says();
    is_refused_ = reply.status() != ReadStatus::Ok;
  }

  /** Jobs may end before their start is told. */
  void take_end(Reply& signal) {
    signal.skip("u");
    std::string job(signal.text('o'));
    signal.skip("s");
    ends_.emplace(std::move(job), signal.text());
  }

  ServiceControl outcome() const {
    if (is_refused_) return {std::string(outcome_of_error(error_)), says_};
    const std::string& result = ends_.at(job_);
    return {std::string(outcome_of_job(result)), result == "done" ? "" : "systemd ended the job: " + result};
  }

  const std::chrono::milliseconds limit_;
  Bus bus_;
  bool is_refused_ = false;
  std::string job_;
  std::string error_;
  std::string says_;
  std::map<std::string, std::string> ends_;
};

}  // namespace

ServiceControl control_service(Host& host, const std::string& name, const std::string& verb,
                               std::chrono::milliseconds limit) {
  if (!host.live) return {"NOT_SUPPORTED", "a foreign proc root is only read"};
  if (!is_name(name)) return {"INVALID_ARGUMENT", "this is no name of a service: " + name};
  return ServiceJob(limit).run(name, verb);
}

}  // namespace sysgraph
