#pragma once
#include "win32.h"

// Calls and numbers of the NT kernel that no header of the SDK has in full. The names are the kernel's own.
extern "C" {
__declspec(dllimport) LONG __stdcall NtQuerySystemInformation(ULONG of, void* into, ULONG size, ULONG* needed);
__declspec(dllimport) LONG __stdcall NtQuerySystemInformationEx(ULONG of, void* about, ULONG about_size, void* into,
                                                                ULONG size, ULONG* needed);
__declspec(dllimport) LONG
    __stdcall NtQueryInformationProcess(HANDLE process, ULONG of, void* into, ULONG size, ULONG* needed);
__declspec(dllimport) LONG
    __stdcall NtQueryInformationThread(HANDLE thread, ULONG of, void* into, ULONG size, ULONG* needed);
__declspec(dllimport) LONG __stdcall NtSetInformationProcess(HANDLE process, ULONG of, void* from, ULONG size);
__declspec(dllimport) LONG
    __stdcall NtQueryVirtualMemory(HANDLE process, void* address, ULONG of, void* into, size_t size, size_t* needed);
__declspec(dllimport) LONG __stdcall NtQueryObject(HANDLE object, ULONG of, void* into, ULONG size, ULONG* needed);
__declspec(dllimport) LONG __stdcall NtSuspendProcess(HANDLE process);
__declspec(dllimport) LONG __stdcall NtResumeProcess(HANDLE process);
__declspec(dllimport) LONG __stdcall RtlGetVersion(OSVERSIONINFOW* version);
}

namespace sysgraph {

// Of NtQuerySystemInformation.
constexpr ULONG system_performance = 2;
constexpr ULONG system_time_of_day = 3;
constexpr ULONG system_process = 5;
constexpr ULONG system_processor_performance = 8;
constexpr ULONG system_page_file = 18;
constexpr ULONG system_handles = 64;
constexpr ULONG system_process_id = 88;
// Of NtQueryInformationProcess.
constexpr ULONG process_basic = 0;
constexpr ULONG process_wow64 = 26;
constexpr ULONG process_io_priority = 33;
constexpr ULONG process_handles = 51;
constexpr ULONG process_command_line = 60;
// Of NtQueryInformationThread.
constexpr ULONG thread_name = 38;
// Of NtQueryVirtualMemory and NtQueryObject.
constexpr ULONG memory_working_set = 1;
constexpr ULONG object_type = 2;

constexpr LONG too_small = static_cast<LONG>(0xc0000004);         // STATUS_INFO_LENGTH_MISMATCH
constexpr LONG buffer_too_small = static_cast<LONG>(0xc0000023);  // STATUS_BUFFER_TOO_SMALL
constexpr LONG overflow = static_cast<LONG>(0x80000005);          // STATUS_BUFFER_OVERFLOW

/** Asks with more and more room until what is told fits: it grows while it is asked for. */
template <typename Ask>
LONG ask_growing(std::string& buffer, size_t room, Ask ask) {
  constexpr size_t most = size_t{1} << 30;
  for (;;) {
    buffer.resize(room);
    ULONG needed = 0;
    const LONG status = ask(buffer.data(), static_cast<ULONG>(room), &needed);
    const bool is_small = status == too_small || status == buffer_too_small || status == overflow;
    if (!is_small || room >= most) {
      if (status >= 0 && needed > 0 && needed < room) buffer.resize(needed);
      return status;
    }
    room = std::min(most, std::max<size_t>(room * 2, size_t{needed} + needed / 8));
  }
}

inline LONG ask_system(ULONG of, std::string& buffer, size_t room) {
  return ask_growing(buffer, room, [of](void* into, ULONG size, ULONG* needed) {
    return NtQuerySystemInformation(of, into, size, needed);
  });
}

inline LONG ask_process(HANDLE process, ULONG of, std::string& buffer, size_t room) {
  return ask_growing(buffer, room, [=](void* into, ULONG size, ULONG* needed) {
    return NtQueryInformationProcess(process, of, into, size, needed);
  });
}

}  // namespace sysgraph
