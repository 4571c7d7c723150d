#include <arpa/inet.h>
#include <utmp.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "../parse.h"
#include "session.h"

namespace sysgraph::session {
namespace {

/** Text that fills its place, or ends before it does. */
template <size_t Size>
std::string_view text_in(const char (&place)[Size]) {
  return {place, strnlen(place, Size)};
}

/** An address of IPv4 stands in the first of four words, the others empty. */
std::string address_of(const int32_t (&words)[4]) {
  const bool is_four = words[1] == 0 && words[2] == 0 && words[3] == 0;
  if (is_four && words[0] == 0) return {};
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(is_four ? AF_INET : AF_INET6, words, text, sizeof text) == nullptr ? std::string() : text;
}

/** 32 bits on most machines: without a sign they last until 2106. */
double milliseconds_of(const utmp& record) {
  const auto seconds = static_cast<uint32_t>(record.ut_tv.tv_sec);
  return static_cast<double>(seconds) * 1000 + std::floor(static_cast<double>(record.ut_tv.tv_usec) / 1000);
}

}  // namespace

std::string_view remote_of(std::string_view host) { return starts_with(host, ":") ? std::string_view() : host; }

void parse_utmp(std::string_view records, const std::function<void(const Login&)>& take) {
  utmp record;
  for (; records.size() >= sizeof record; records.remove_prefix(sizeof record)) {
    std::memcpy(&record, records.data(), sizeof record);
    if (record.ut_type != USER_PROCESS || record.ut_user[0] == '\0') continue;
    Login login;
    login.user = text_in(record.ut_user);
    login.terminal = text_in(record.ut_line);
    login.host = remote_of(text_in(record.ut_host));
    if (record.ut_host[0] == '\0') login.host = address_of(record.ut_addr_v6);
    login.started_at = milliseconds_of(record);
    if (record.ut_pid > 0) login.pid = record.ut_pid;
    take(login);
  }
}

}  // namespace sysgraph::session
