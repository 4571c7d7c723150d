#include "users.h"

#include <pwd.h>
#include <sys/stat.h>

#include <vector>

namespace sysgraph {

void Users::refresh() {
  struct stat now {};
  if (stat("/etc/passwd", &now) != 0) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (now.st_mtim.tv_sec == changed_.tv_sec && now.st_mtim.tv_nsec == changed_.tv_nsec) return;
  changed_ = now.st_mtim;
  names_.clear();
}

static std::string look_up(uid_t uid) {
  std::vector<char> buffer(1024);
  passwd entry{};
  passwd* found = nullptr;
  while (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == ERANGE && buffer.size() < (size_t{1} << 20)) {
    buffer.resize(buffer.size() * 2);
  }
  return found != nullptr ? found->pw_name : std::to_string(uid);
}

std::string Users::name(uid_t uid) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = names_.find(uid);
  if (known != names_.end()) return known->second;
  return names_.emplace(uid, look_up(uid)).first->second;
}

}  // namespace sysgraph
