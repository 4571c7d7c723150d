#include "inside.h"

#include "bytes.h"
#include "ntdll.h"
#include "peb.h"

namespace sysgraph {
namespace {

constexpr DWORD look_rights = PROCESS_QUERY_INFORMATION | PROCESS_VM_READ;

/** A process that is just being started, or is changing its memory, is read in part only: it is tried again a while. */
constexpr int most_tries = 33;
constexpr DWORD pause_ms = 30;

/** The memory of a process. The first thing that cannot be read stands for all. */
class Memory {
 public:
  explicit Memory(HANDLE process) : process_(process) {}

  ReadStatus status() const { return status_; }

  std::string read(uint64_t address, size_t length) {
    std::string bytes(length, '\0');
    if (status_ != ReadStatus::Ok || length == 0) return bytes;
    for (int tries = 1;; tries++) {
      SIZE_T done = 0;
      if (ReadProcessMemory(process_, pointer(address), bytes.data(), length, &done)) return bytes;
      const DWORD error = GetLastError();
      if (error == ERROR_PARTIAL_COPY && tries < most_tries && is_running()) {
        Sleep(pause_ms);
        continue;
      }
      status_ = is_running() ? status_of_error(error) : ReadStatus::Gone;
      return bytes;
    }
  }

  /** What is left of the region that an address lies in. */
  size_t rest_of_region(uint64_t address) {
    MEMORY_BASIC_INFORMATION region{};
    if (VirtualQueryEx(process_, pointer(address), &region, sizeof region) == 0) {
      status_ = is_running() ? last_status() : ReadStatus::Gone;
      return 0;
    }
    return region.RegionSize - (address - reinterpret_cast<uint64_t>(region.BaseAddress));
  }

 private:
  static void* pointer(uint64_t address) { return reinterpret_cast<void*>(static_cast<uintptr_t>(address)); }

  bool is_running() const {
    DWORD code = 0;
    return GetExitCodeProcess(process_, &code) != 0 && code == STILL_ACTIVE;
  }

  const HANDLE process_;
  ReadStatus status_ = ReadStatus::Ok;
};

/** Where its block is, and how that is laid out; 0 where it has none, as what is no program. */
uint64_t block_of(HANDLE process, peb::Layout& layout) {
  uint64_t address32 = 0;
  if (NtQueryInformationProcess(process, process_wow64, &address32, sizeof address32, nullptr) >= 0 && address32 != 0) {
    layout = peb::layout32;
    return address32;
  }
  std::string basic(48, '\0');
  layout = peb::layout64;
  if (NtQueryInformationProcess(process, process_basic, basic.data(), static_cast<ULONG>(basic.size()), nullptr) < 0)
    return 0;
  return Bytes(basic).at<uint64_t>(8);
}

}  // namespace

Handle open_process(uint32_t pid, DWORD rights, DWORD fewer) {
  Handle process(OpenProcess(rights, FALSE, pid));
  if (process || fewer == 0 || GetLastError() != ERROR_ACCESS_DENIED) return process;
  return Handle(OpenProcess(fewer, FALSE, pid));
}

ReadStatus identify(const Handle& process, const Target& target) {
  FILETIME created{};
  FILETIME ended{};
  FILETIME system{};
  FILETIME user{};
  if (!GetProcessTimes(process.get(), &created, &ended, &system, &user)) return last_status();
  if (process::start_ticks(file_time_of(created)) != target.start_ticks) return ReadStatus::Gone;
  DWORD code = 0;
  const bool has_ended = GetExitCodeProcess(process.get(), &code) != 0 && code != STILL_ACTIVE;
  return has_ended ? ReadStatus::Gone : ReadStatus::Ok;
}

Inside read_inside(uint32_t pid, bool folder, bool environment) {
  constexpr size_t most_environment = size_t{1} << 22;
  Inside inside;
  const Handle process = open_process(pid, look_rights);
  if (!process) {
    inside.status = last_status();
    return inside;
  }
  peb::Layout layout{};
  const uint64_t block = block_of(process.get(), layout);
  if (block == 0) {
    inside.status = ReadStatus::Absent;
    return inside;
  }
  Memory memory(process.get());
  const auto [line, place, variables] = peb::find_parameters(
      block, layout, [&](uint64_t address, size_t length) { return memory.read(address, length); });
  inside.command_line = memory.read(line.address, line.length);
  if (folder) inside.folder = memory.read(place.address, place.length);
  if (environment && memory.status() == ReadStatus::Ok)
    inside.environment = memory.read(variables, std::min(memory.rest_of_region(variables), most_environment));
  inside.status = memory.status();
  return inside;
}

ReadStatus ask_command_line(uint32_t pid, std::string& bytes) {
  const Handle process = open_process(pid, PROCESS_QUERY_LIMITED_INFORMATION);
  if (!process) return last_status();
  std::string buffer;
  const LONG status = ask_process(process.get(), process_command_line, buffer, 4096);
  if (status < 0) return status_of_nt(status);
  // A UNICODE_STRING, and its letters behind it.
  const size_t length = Bytes(buffer).at<uint16_t>(0);
  bytes = buffer.substr(std::min<size_t>(buffer.size(), 16), length);
  return ReadStatus::Ok;
}

std::vector<std::optional<Inside>> each_inside(Host& host, const std::vector<int32_t>& pids, bool folder,
                                               bool environment) {
  std::vector<std::string> keys;
  keys.reserve(pids.size());
  for (const int32_t pid : pids) keys.push_back(std::to_string(pid));
  return host.memory.each<Inside>(keys, [folder, environment](const std::string& key) {
    return read_inside(static_cast<uint32_t>(std::stoul(key)), folder, environment);
  });
}

}  // namespace sysgraph
