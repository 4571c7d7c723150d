#pragma once
#include <cstdint>
#include <optional>

#include "../platform.h"
#include "../posix/file.h"

namespace sysgraph {

/** A handle of a process, which stays its own whoever gets the pid after it; -1 (and errno set) if there is none. */
int open_pidfd(int32_t pid);

/** The ids of a process without its status file; false where the kernel does not tell them this way. */
bool ids_of(int pid, process::Ids& row);

/** Whether every thread of it has ended. */
bool has_ended(int pidfd);

/** Whether its parent has taken note of its end: from then on its pid may be somebody else's. */
bool is_reaped(int pidfd);

/** How it ended, as wait(2) has it: of one that is reaped, since Linux 6.15, and of a child of ours. */
std::optional<uint32_t> exit_status(int pidfd);

/** Ok if the process that has the pid now is the one that is meant, Gone if it is another or none. */
ReadStatus identify(const Host& host, const Target& target);

}  // namespace sysgraph
