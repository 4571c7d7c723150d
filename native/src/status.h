#pragma once
#include <cerrno>
#include <cstdint>

namespace sysgraph {

/**
 * The outcome of one read: the order is that of STATUSES in native/row.ts. Absent: the process stands, but has no such
 * thing; whether because it is a zombie or a thread of the kernel its stat tells.
 */
enum class ReadStatus : uint8_t { Ok, Gone, Absent, Denied, Unsupported, Malformed, TimedOut, Failed };

/** What an errno means where nothing more is known. Readers of processes look again before they say Gone. */
inline ReadStatus status_of(int error) {
  switch (error) {
    case 0:
      return ReadStatus::Ok;
    case ENOENT:
    case ESRCH:
      return ReadStatus::Gone;
    case EACCES:
    case EPERM:
      return ReadStatus::Denied;
    case ENOSYS:
    case EOPNOTSUPP:
    case ENOTTY:
      return ReadStatus::Unsupported;
    case EISDIR:
    case ENOTDIR:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
      return ReadStatus::Malformed;
    case ETIMEDOUT:
      return ReadStatus::TimedOut;
    default:
      return ReadStatus::Failed;
  }
}

}  // namespace sysgraph
