#include "path.h"

namespace sysgraph {

/** The kernel shows a path of another mount namespace as that one sees it, any other as we do: both are tried. */
static bool stands_at(ProcFiles& files, const std::string& path, uint64_t inode) {
  struct statx found {};
  if (files.about(("root" + path).c_str(), STATX_INO, found) == ReadStatus::Ok && found.stx_ino == inode) return true;
  return statx(AT_FDCWD, path.c_str(), AT_STATX_DONT_SYNC, STATX_INO, &found) == 0 && found.stx_ino == inode;
}

bool take_deleted(ProcFiles& files, uint64_t inode, std::string& path) {
  if (!is_marked(path) || stands_at(files, path, inode)) return false;
  path.resize(path.size() - deleted_mark.size());
  return true;
}

}  // namespace sysgraph
