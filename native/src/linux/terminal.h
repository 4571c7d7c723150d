#pragma once
#include <sys/types.h>

#include <map>
#include <mutex>
#include <string>

namespace sysgraph {

/** Terminals by device number. They come and go, so a number that is not known is looked for again, once a batch. */
class Terminals {
 public:
  /** The path of a terminal; empty if there is none. `looked` is what a batch keeps. */
  std::string name(const std::string& root, double tty, bool& looked);

 private:
  void look(const std::string& root);

  std::mutex mutex_;
  std::map<dev_t, std::string> names_;
};

}  // namespace sysgraph
