#pragma once
#include <dirent.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace sysgraph {

/**
 * Calls `visit` with the name of each entry of an open directory but those that begin with a dot; 0, or what errno
 * would be. Without what opendir adds: memory for each directory, and a look at what it is.
 */
template <typename Visit>
int each_name(int directory, Visit visit) {
  alignas(dirent64) std::array<char, 8192> room;
  for (;;) {
    const ssize_t got = getdents64(directory, room.data(), room.size());
    if (got <= 0) return got == 0 ? 0 : errno;
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(room.data() + at);
      if (entry->d_name[0] != '.') visit(std::string_view(entry->d_name));
      at += entry->d_reclen;
    }
  }
}

}  // namespace sysgraph
