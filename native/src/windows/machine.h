#pragma once
#include <string>

namespace sysgraph {

/** What the host and its Windows are called. */
struct Windows {
  std::string hostname;
  /** Windows 11 Pro. */
  std::string name;
  /** As people say it: 23H2. */
  std::string version;
  /** 10.0.22631. */
  std::string kernel;
  std::string arch;
};
Windows describe_windows();

}  // namespace sysgraph
