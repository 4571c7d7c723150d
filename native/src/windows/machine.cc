#include "machine.h"

#include "host.h"
#include "ntdll.h"

namespace sysgraph {
namespace {

constexpr const wchar_t* current_version = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
/** The registry goes on to call it Windows 10. */
constexpr DWORD first_build_of_11 = 22000;

std::string host_name() {
  std::vector<wchar_t> name(256);
  auto size = static_cast<DWORD>(name.size());
  if (!GetComputerNameExW(ComputerNameDnsHostname, name.data(), &size)) return "";
  return utf8_of(name.data(), size);
}

/** As the other platforms call it. */
std::string architecture() {
  SYSTEM_INFO info{};
  GetNativeSystemInfo(&info);
  switch (info.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
      return "x86_64";
    case PROCESSOR_ARCHITECTURE_ARM64:
      return "aarch64";
    case PROCESSOR_ARCHITECTURE_INTEL:
      return "i686";
    default:
      return "unknown";
  }
}

}  // namespace

Windows describe_windows() {
  OSVERSIONINFOEXW version{};
  version.dwOSVersionInfoSize = sizeof version;
  RtlGetVersion(reinterpret_cast<OSVERSIONINFOW*>(&version));
  Windows windows;
  windows.hostname = host_name();
  windows.kernel = std::to_string(version.dwMajorVersion) + '.' + std::to_string(version.dwMinorVersion) + '.' +
                   std::to_string(version.dwBuildNumber);
  windows.name = registry_text(current_version, L"ProductName");
  if (windows.name.empty()) windows.name = "Windows";
  const bool is_11 = version.wProductType == VER_NT_WORKSTATION && version.dwBuildNumber >= first_build_of_11;
  const size_t ten = windows.name.find("Windows 10");
  if (is_11 && ten != std::string::npos) windows.name.replace(ten, 10, "Windows 11");
  windows.version = registry_text(current_version, L"DisplayVersion");
  windows.arch = architecture();
  return windows;
}

}  // namespace sysgraph
