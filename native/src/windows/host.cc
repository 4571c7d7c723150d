#include "host.h"

#include "ntdll.h"
#include "system_table.h"

namespace sysgraph {
namespace {

/** Lets the gateway read what is not its user's; who may not have that reads what it may. */
bool enable_debugging() {
  Handle token;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, token.into())) return false;
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (!LookupPrivilegeValueW(nullptr, L"SeDebugPrivilege", &wanted.Privileges[0].Luid)) return false;
  // It succeeds without giving anything, and then says so as its last error.
  SetLastError(ERROR_SUCCESS);
  return AdjustTokenPrivileges(token.get(), FALSE, &wanted, 0, nullptr, nullptr) != 0 &&
         GetLastError() == ERROR_SUCCESS;
}

/** Node unloads what an environment has loaded when that ends, but threads of ours may go on for longer. */
void stay_loaded() {
  constexpr DWORD flags = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
  HMODULE own = nullptr;
  GetModuleHandleExW(flags, reinterpret_cast<LPCWSTR>(&stay_loaded), &own);
}

std::string sid_text(const std::string& sid) {
  Owned<wchar_t*, LocalFree> text;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  const bool known = ConvertSidToStringSidW(const_cast<char*>(sid.data()), text.into()) != 0;
  return known ? utf8_of(text.get()) : "";
}

std::string look_up(const std::string& sid) {
  std::vector<wchar_t> name(256);
  std::vector<wchar_t> domain(256);
  auto name_size = static_cast<DWORD>(name.size());
  auto domain_size = static_cast<DWORD>(domain.size());
  SID_NAME_USE use{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  void* const of = const_cast<char*>(sid.data());
  if (!LookupAccountSidW(nullptr, of, name.data(), &name_size, domain.data(), &domain_size, &use)) return sid_text(sid);
  const std::string before = utf8_of(domain.data());
  return before.empty() ? utf8_of(name.data()) : before + '\\' + utf8_of(name.data());
}

}  // namespace

std::string Accounts::name(const std::string& sid) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = names_.find(sid);
    if (known != names_.end()) return known->second;
  }
  const std::optional<std::string> found = patience_.each<std::string>({sid}, look_up)[0];
  if (!found) return sid_text(sid);
  const std::lock_guard<std::mutex> lock(mutex_);
  return names_.emplace(sid, *found).first->second;
}

std::shared_ptr<Host> open_host(const Roots&) {
  stay_loaded();
  auto host = std::make_shared<Host>();
  host->is_privileged = enable_debugging();
  SYSTEM_INFO info{};
  GetSystemInfo(&info);
  host->page_size = info.dwPageSize;
  // A drive with nothing in it is no reason to ask somebody at the screen for a disk.
  SetErrorMode(SEM_FAILCRITICALERRORS);
  return host;
}

Use use_of(const Host&) { return {}; }

/** The performance counter goes on while the machine sleeps, and is finer than what else does. */
double since_boot() {
  LARGE_INTEGER frequency;
  LARGE_INTEGER count;
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&count);
  return static_cast<double>(count.QuadPart) / static_cast<double>(frequency.QuadPart);
}

process::Moment moment() {
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  return {file_time_of(now), since_boot()};
}

BootTime boot_time() {
  std::string buffer(system::time_of_day_size, '\0');
  const LONG status =
      NtQuerySystemInformation(system_time_of_day, buffer.data(), static_cast<ULONG>(buffer.size()), nullptr);
  BootTime time;
  if (status >= 0) system::parse_time_of_day(buffer, time.now, time.then);
  return time;
}

std::string registry_text(const wchar_t* key, const wchar_t* name) {
  std::vector<wchar_t> text(512);
  auto size = static_cast<DWORD>(text.size() * sizeof(wchar_t));
  constexpr DWORD kind = RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, kind, nullptr, text.data(), &size) != ERROR_SUCCESS) return "";
  return utf8_of(text.data());
}

}  // namespace sysgraph
