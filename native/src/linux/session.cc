// Who is logged in, from utmp, or from systemd-logind where that is gone.
#include "session.h"

#include <fcntl.h>
#include <unistd.h>

#include <deque>

#include "../parse.h"
#include "../posix/file.h"
#include "bus.h"
#include "host.h"

namespace sysgraph {
namespace {

using namespace session;

constexpr const char* logind = "org.freedesktop.login1";

std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

/** A session as logind knows it. */
struct Known {
  ReadStatus status = ReadStatus::Failed;
  std::string user;
  std::string terminal;
  std::string display;
  std::string host;
  std::string kind;
  double started_at = 0;
  double pid = 0;
};

Known known_in(Reply& reply) {
  Known of;
  const auto into = [](std::string& text) { return [&text](Reply& value) { text = value.text(); }; };
  reply.properties({
      {"Name", "s", into(of.user)},
      {"TTY", "s", into(of.terminal)},
      {"Display", "s", into(of.display)},
      {"RemoteHost", "s", into(of.host)},
      {"Class", "s", into(of.kind)},
      {"Timestamp", "t", [&](Reply& value) { of.started_at = value.unsigned64(); }},
      {"Leader", "u", [&](Reply& value) { of.pid = value.unsigned32(); }},
  });
  of.status = reply.status();
  return of;
}

/** Reads the rows of one call. */
class SessionReader {
 public:
  SessionReader(Host& host, Rows& rows) : host_(host), rows_(rows) {}

  void read(int32_t owner) {
    rows_.count_read(sessions);
    const ReadStatus status = file_.whole(AT_FDCWD, (host_.root + "/run/utmp").c_str());
    if (status == ReadStatus::Gone && host_.live) return read_logind(owner);
    if (status != ReadStatus::Ok) return fail(owner, status == ReadStatus::Gone ? ReadStatus::Unsupported : status);
    parse_utmp(file_.text(), [&](const Login& of) {
      // Whoever ended without saying so left a record behind.
      if (!is_there(of.pid)) return;
      rows_.begin(owner);
      put(rows_, Sessions{of.user, text_or_none(of.terminal), text_or_none(of.host), of.started_at, of.pid});
    });
  }

 private:
  bool is_there(double pid) const {
    if (!is_known(pid)) return true;
    const std::string process = host_.proc + "/" + std::to_string(static_cast<int64_t>(pid));
    return access(process.c_str(), F_OK) == 0;
  }

  void fail(int32_t owner, ReadStatus status) {
    rows_.begin(owner);
    rows_.fail(sessions, status);
  }

  void read_logind(int32_t owner) {
    const ReadStatus status = host_.bus.take([&] { rows_.check(); }, [&](Bus& bus) { ask(bus); });
    const ReadStatus list = is_asked_ ? list_ : status;
    if (list != ReadStatus::Ok) return fail(owner, list);
    for (const Known& of : known_) write(owner, of);
  }

  void ask(Bus& bus) {
    is_asked_ = true;
    known_.clear();
    const auto take_session = [this](Reply& reply) { known_.push_back(known_in(reply)); };
    const auto take_list = [this, &bus, take_session](Reply& reply) {
      if (reply.enter('a', "(susso)")) {
        while (reply.enter('r', "susso")) {
          reply.skip("suss");
          bus.ask(properties_of(logind, std::string(reply.text('o'))), take_session);
          rows_.count_read(sessions);
          reply.leave();
        }
      }
      list_ = reply.status();
    };
    rows_.count_read(sessions);
    const char* const manager = "org.freedesktop.login1.Manager";
    bus.ask({logind, "/org/freedesktop/login1", manager, "ListSessions", {}}, take_list);
    bus.wait();
  }

  /** One that ended meanwhile is none; nor is what nobody has logged in to: a greeter, a manager of services. */
  void write(int32_t owner, const Known& of) {
    if (of.status == ReadStatus::Gone || (of.status == ReadStatus::Ok && !starts_with(of.kind, "user"))) return;
    if (of.status != ReadStatus::Ok) return fail(owner, of.status);
    rows_.begin(owner);
    Sessions row;
    row.name = of.user;
    row.terminal = text_or_none(of.terminal.empty() ? of.display : of.terminal);
    row.remote_host = text_or_none(remote_of(of.host));
    row.started_at = of.started_at > 0 ? of.started_at / 1000 : none;
    row.pid = of.pid > 0 ? of.pid : none;
    put(rows_, row);
  }

  Host& host_;
  Rows& rows_;
  FileReader file_;
  bool is_asked_ = false;
  ReadStatus list_ = ReadStatus::Failed;
  std::deque<Known> known_;
};

}  // namespace

void read_session(Host& host, const Request& request, Rows& rows) {
  SessionReader reader(host, rows);
  for (const int32_t owner : request.keys) reader.read(owner);
}

}  // namespace sysgraph
