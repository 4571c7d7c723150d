#include "processes.h"

#include <algorithm>
#include <stdexcept>

#include "ntdll.h"

namespace sysgraph {

std::vector<process::Entry> list_processes(const process::Moment& now) {
  constexpr size_t usual_size = size_t{1} << 18;
  std::string buffer;
  const LONG status = ask_system(system_process, buffer, usual_size);
  std::vector<process::Entry> table;
  const auto base = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(buffer.data()));
  if (status < 0 || !process::parse_processes(buffer, base, now, table))
    throw std::runtime_error("the kernel does not list processes: status " + std::to_string(status));
  table.erase(std::remove_if(table.begin(), table.end(), [](const auto& entry) { return entry.has_ended(); }),
              table.end());
  std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return table;
}

const process::Entry* find_process(const std::vector<process::Entry>& table, int32_t pid) {
  const auto is_before = [](const process::Entry& entry, int32_t of) { return static_cast<int64_t>(entry.pid) < of; };
  const auto found = std::lower_bound(table.begin(), table.end(), pid, is_before);
  return found != table.end() && static_cast<int64_t>(found->pid) == pid ? &*found : nullptr;
}

std::string drive_path(const std::string& full) {
  constexpr std::string_view prefix = "\\??\\";
  // Some are counted with the end of the text, which is no letter.
  const std::string path = full.substr(0, full.find('\0'));
  if (path.compare(0, prefix.size(), prefix) == 0) return path.substr(prefix.size());
  std::wstring drive = L"A:";
  for (wchar_t letter = L'A'; letter <= L'Z'; letter++) {
    drive[0] = letter;
    wchar_t device[MAX_PATH];
    if (QueryDosDeviceW(drive.c_str(), device, MAX_PATH) == 0) continue;
    const std::string name = utf8_of(device);
    const bool is_on_it =
        path.compare(0, name.size(), name) == 0 && path.size() > name.size() && path[name.size()] == '\\';
    if (is_on_it) return utf8_of(drive.c_str()) + path.substr(name.size());
  }
  return path;
}

}  // namespace sysgraph
