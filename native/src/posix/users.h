#pragma once
#include <sys/types.h>

#include <mutex>
#include <string>
#include <unordered_map>

namespace sysgraph {

/** Names of users, by number. A look-up costs more than reading a process, so hits and misses are both kept. */
class Users {
 public:
  /** Forgets everything if the user database has changed; to be called once a batch. */
  void refresh();
  /** The name, or the number where there is none. */
  std::string name(uid_t uid);

 private:
  std::mutex mutex_;
  std::unordered_map<uid_t, std::string> names_;
  timespec changed_{};
};

}  // namespace sysgraph
