// Who is logged in, from the terminal services.
#include "host.h"
#include "win32.h"

namespace sysgraph {
namespace {

constexpr double units_per_millisecond = 1e4;
constexpr double epoch = 116444736000000000;

using Memory = Owned<wchar_t*, WTSFreeMemory>;

std::string text_of(DWORD session, WTS_INFO_CLASS what) {
  Memory text;
  DWORD size = 0;
  if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, what, text.into(), &size)) return "";
  return utf8_of(text.get());
}

/** The client's IPv4 address stands behind two bytes; of what is no IPv4 nothing is told. */
std::string client_of(DWORD session) {
  Memory memory;
  DWORD size = 0;
  if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, WTSClientAddress, memory.into(), &size))
    return "";
  const auto* const address = reinterpret_cast<const WTS_CLIENT_ADDRESS*>(memory.get());
  if (size < sizeof *address || address->AddressFamily != AF_INET) return "";
  std::string text;
  for (size_t i = 2; i < 6; i++) text += (text.empty() ? "" : ".") + std::to_string(address->Address[i]);
  return text;
}

double started(DWORD session) {
  Memory memory;
  DWORD size = 0;
  if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session, WTSSessionInfo, memory.into(), &size))
    return none;
  const auto* const info = reinterpret_cast<const WTSINFOW*>(memory.get());
  if (size < sizeof *info || info->ConnectTime.QuadPart == 0) return none;
  return std::floor((static_cast<double>(info->ConnectTime.QuadPart) - epoch) / units_per_millisecond);
}

}  // namespace

void read_session(Host&, const Request& request, Rows& rows) {
  using namespace session;
  rows.count_read(sessions);
  WTS_SESSION_INFOW* all = nullptr;
  DWORD count = 0;
  const bool is_told = WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &all, &count) != 0;
  const ReadStatus status = is_told ? ReadStatus::Ok : last_status();
  const Owned<WTS_SESSION_INFOW*, WTSFreeMemory> owned(all);
  for (const int32_t key : request.keys) {
    if (!is_told) {
      rows.begin(key);
      rows.fail(sessions, status);
    }
    for (DWORD i = 0; is_told && i < count; i++) {
      // A session with nobody in it is one of the system, or waits for somebody.
      const std::string user = text_of(all[i].SessionId, WTSUserName);
      if (user.empty()) continue;
      const std::string terminal = utf8_of(all[i].pWinStationName);
      const std::string client = client_of(all[i].SessionId);
      Sessions row;
      row.name = user;
      if (!terminal.empty()) row.terminal = terminal;
      if (!client.empty()) row.remote_host = client;
      row.started_at = started(all[i].SessionId);
      rows.begin(key);
      put(rows, row);
    }
  }
}

}  // namespace sysgraph
