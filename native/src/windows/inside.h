#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host.h"
#include "win32.h"

// What stands in the memory of other processes.
namespace sysgraph {

/** Opens a process for what is wanted; of fewer rights, which more processes give, if it will not have that. */
Handle open_process(uint32_t pid, DWORD rights, DWORD fewer = 0);

/** Whether it is the process that started then, and runs; a pid may be another's by now, and a handle outlives both. */
ReadStatus identify(const Handle& process, const Target& target);

/** How a process was started, as it keeps it: UTF-16 bytes. */
struct Inside {
  ReadStatus status = ReadStatus::Failed;
  std::string command_line;
  std::string folder;
  std::string environment;
};

/** Reads the command line from a process's own memory, and what else is wanted. */
Inside read_inside(uint32_t pid, bool folder, bool environment);

/** The command line as the kernel tells it to those who may not look into the process. */
ReadStatus ask_command_line(uint32_t pid, std::string& bytes);

/** The same of many, each given up if it takes too long. */
std::vector<std::optional<Inside>> each_inside(Host& host, const std::vector<int32_t>& pids, bool folder,
                                               bool environment);

}  // namespace sysgraph
