#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gen/tables.h"

// The one interface between the addon and a platform. Each folder of a platform defines Host, open_host and a
// read_<table> for every table of the spec; none/ has those that a platform lacks.
namespace sysgraph {

struct Roots {
  std::string proc;
  std::string sys;
};

/** Rows by their keys, every row but those of these keys, or of every row those that people want to see. */
enum class Which { Keys, Except, WorthShowing };

struct Request {
  uint32_t mask = 0;
  Which which = Which::Keys;
  std::vector<int32_t> keys;

  /** True where it is for the reader to find out which rows there are. */
  bool lists() const { return which != Which::Keys; }
};

/** What a platform keeps about the host it reads: roots, units, caches. Any thread may read through it. */
struct Host;
std::shared_ptr<Host> open_host(const Roots& roots);

/** The key of the mount that a path lies on, links followed if so asked; none if there is no such path or mount. */
double mount_at(Host& host, const std::string& path, bool follow);

/** The keys of the services of these names, which may be aliases; none for what is no service, or cannot be asked. */
std::vector<double> service_keys(Host& host, const std::vector<std::string>& names);

/** How it ended: DONE, or the code of an error as the graph has it, with words about it. */
struct ServiceControl {
  std::string code;
  std::string message;
};

/** Does what a verb of the service manager says, StartUnit, and waits until it is done. */
ServiceControl control_service(Host& host, const std::string& name, const std::string& verb,
                               std::chrono::milliseconds limit);

/** Gives memory that the allocator keeps for later back to the system; false where it cannot. */
bool trim_heap();

}  // namespace sysgraph
