#pragma once
#include <vector>

#include "host.h"

namespace sysgraph {

/** All processes there are, by one question to the kernel. Throws where it does not answer. */
std::vector<process::Entry> list_processes(const process::Moment& now);

/** The one of a pid; none if there is none, or it has ended. */
const process::Entry* find_process(const std::vector<process::Entry>& table, int32_t pid);

/** The path of a program as people write it, for one as the kernel does: \Device\HarddiskVolume3\... */
std::string drive_path(const std::string& device_path);

}  // namespace sysgraph
