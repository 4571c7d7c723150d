#pragma once
#include <dirent.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace sysgraph {

/**
 * Calls `visit` with each entry of an open directory but those that begin with a dot; 0, or what errno would be.
 * Without what opendir adds: memory for each directory, and a look at what it is.
 */
template <typename Visit>
int each_entry(int directory, Visit visit) {
  alignas(dirent64) std::array<char, 16384> room;
  for (;;) {
    const ssize_t got = getdents64(directory, room.data(), room.size());
    if (got <= 0) return got == 0 ? 0 : errno;
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(room.data() + at);
      if (entry->d_name[0] != '.') visit(*entry);
      at += entry->d_reclen;
    }
  }
}

/** A name that is a whole number, as those of processes and descriptors are; -1 for any other. */
inline int32_t number_in(const char* name) {
  int64_t number = 0;
  if (*name == '\0') return -1;
  for (; *name != '\0'; name++) {
    if (*name < '0' || *name > '9' || number > INT32_MAX) return -1;
    number = number * 10 + (*name - '0');
  }
  return number > INT32_MAX ? -1 : static_cast<int32_t>(number);
}

}  // namespace sysgraph
