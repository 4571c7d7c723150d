#pragma once
#include <cstdint>

#include "../status.h"

namespace sysgraph {

/** What an error of Win32 means. Of a process that is looked for by its pid no such parameter means no such process. */
inline ReadStatus status_of_error(uint32_t error) {
  switch (error) {
    case 0:
      return ReadStatus::Ok;
    case 5:     // ERROR_ACCESS_DENIED
    case 299:   // ERROR_PARTIAL_COPY: the memory of what protects itself
    case 1314:  // ERROR_PRIVILEGE_NOT_HELD
      return ReadStatus::Denied;
    case 6:   // ERROR_INVALID_HANDLE
    case 87:  // ERROR_INVALID_PARAMETER
      return ReadStatus::Gone;
    case 2:     // ERROR_FILE_NOT_FOUND
    case 3:     // ERROR_PATH_NOT_FOUND
    case 21:    // ERROR_NOT_READY: a drive with nothing in it
    case 1168:  // ERROR_NOT_FOUND
      return ReadStatus::Absent;
    case 1:    // ERROR_INVALID_FUNCTION
    case 50:   // ERROR_NOT_SUPPORTED
    case 120:  // ERROR_CALL_NOT_IMPLEMENTED
    case 127:  // ERROR_PROC_NOT_FOUND
      return ReadStatus::Unsupported;
    case 121:   // ERROR_SEM_TIMEOUT
    case 258:   // WAIT_TIMEOUT
    case 1460:  // ERROR_TIMEOUT
      return ReadStatus::TimedOut;
    default:
      return ReadStatus::Failed;
  }
}

/** What a status of the NT kernel means. */
inline ReadStatus status_of_nt(int32_t status) {
  if (status >= 0) return ReadStatus::Ok;
  switch (static_cast<uint32_t>(status)) {
    case 0xc0000022:  // STATUS_ACCESS_DENIED
    case 0xc0000061:  // STATUS_PRIVILEGE_NOT_HELD
    case 0x8000000d:  // STATUS_PARTIAL_COPY
      return ReadStatus::Denied;
    case 0xc0000008:  // STATUS_INVALID_HANDLE
    case 0xc000000b:  // STATUS_INVALID_CID
    case 0xc000010a:  // STATUS_PROCESS_IS_TERMINATING
      return ReadStatus::Gone;
    case 0xc0000002:  // STATUS_NOT_IMPLEMENTED
    case 0xc0000003:  // STATUS_INVALID_INFO_CLASS
    case 0xc00000bb:  // STATUS_NOT_SUPPORTED
      return ReadStatus::Unsupported;
    case 0xc0000225:  // STATUS_NOT_FOUND
      return ReadStatus::Absent;
    default:
      return ReadStatus::Failed;
  }
}

}  // namespace sysgraph
