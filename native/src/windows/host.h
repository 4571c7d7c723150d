#pragma once
#include <map>
#include <mutex>
#include <string>

#include "../counters.h"
#include "../names.h"
#include "../patience.h"
#include "../platform.h"
#include "load.h"
#include "process_table.h"

namespace sysgraph {

constexpr std::chrono::seconds patience_limit{2};
/** The name of a handle that hangs is not worth more; there may be many. */
constexpr std::chrono::milliseconds handle_limit{100};

/** Names of accounts by their SID, which somebody far away may have to tell. */
class Accounts {
 public:
  /** The account as DOMAIN\name; its SID as text where it has no name, or none that comes in time. */
  std::string name(const std::string& sid);

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> names_;
  Patience patience_{patience_limit};
};

struct Host {
  /** True where the kernel let the gateway debug, and so read, any process. */
  bool is_privileged = false;
  double page_size = 4096;
  Accounts accounts;
  Load load;
  /** For what a process or its memory may hold up. */
  Patience memory{patience_limit};
  Patience handles{handle_limit};
  /** For the service control manager. */
  Patience manager{patience_limit};
  /** For a drive that is far away, or spins up. */
  Patience drives{patience_limit};
  /** What network interfaces counted, by their number. */
  Counters<8> network_counters;
  /** What drives counted, by their number. */
  Counters<6> drive_counters;
  /** Services and mounts, which have no numbers of their own. */
  Names services;
  Names mounts;
};

/** Seconds since boot, time asleep included. */
double since_boot();

/** Now, by both clocks. */
process::Moment moment();

/** When the host booted, in 100 nanoseconds since 1601: by the clock as it is set now, and as it was set then. */
struct BootTime {
  double now = none;
  double then = none;
};
BootTime boot_time();

/** The text of a value of the registry below HKEY_LOCAL_MACHINE; empty if there is none. */
std::string registry_text(const wchar_t* key, const wchar_t* name);

}  // namespace sysgraph
