#pragma once
#include <string>

#include "proc.h"

namespace sysgraph {

/** What the kernel adds to the path of what is gone from its folder, and what anything may be called. */
constexpr std::string_view deleted_mark = " (deleted)";

inline bool is_marked(std::string_view path) {
  return path.size() > deleted_mark.size() && path.substr(path.size() - deleted_mark.size()) == deleted_mark;
}

/**
 * Whether a file with this inode is gone from the path a process shows for it; then the mark is taken off the path. It
 * may hang where the path lies on a dead mount.
 */
bool take_deleted(ProcFiles& files, uint64_t inode, std::string& path);

}  // namespace sysgraph
