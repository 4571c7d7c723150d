#pragma once
#include <fcntl.h>

#include <memory>
#include <string>
#include <vector>

#include "../counters.h"
#include "../names.h"
#include "../once.h"
#include "../patience.h"
#include "../platform.h"
#include "../posix/file.h"
#include "../posix/users.h"
#include "bus.h"
#include "disk.h"
#include "mount.h"
#include "network.h"
#include "resident.h"
#include "terminal.h"

namespace sysgraph {

constexpr std::chrono::seconds patience_limit{2};
/** Where systemd has to look into all its files it may take seconds, which is no hang. */
constexpr std::chrono::seconds bus_patience_limit{10};

class Warm;
struct Frequency;

/** What a file said, and when it was read, in seconds since boot. */
struct Reading {
  ReadStatus status;
  std::string text;
  double clock;
};

struct Host {
  std::string proc;
  std::string sys;
  /** What stands before a path of the host: nothing, or the root directory of the first process of a foreign proc. */
  std::string root;
  /** False if proc is not this process's own: then nothing but files may be asked. */
  bool live = true;
  double ticks_per_second = 100;
  double page_size = 4096;
  /** What is kept of processes; nothing where each is read anew. */
  std::shared_ptr<Warm> warm;
  /** Whether it shows some users fewer processes than there are: one that changes its user may then appear. */
  bool hides_processes = false;
  Users users;
  /** What network interfaces counted, by their number. */
  Counters<8> network_counters;
  /** Interfaces with names, flags and hardware addresses, whoever asked for them. */
  OncePerCall<network::Listing> links;
  /** For what a network driver may hold up. */
  Patience drivers{patience_limit};
  disk::IoCounters disk_counters;
  OncePerCall<disk::Statistics> disk_statistics;
  OncePerCall<Reading> stat;
  OncePerCall<std::vector<Frequency>> frequencies;
  /** By the CPUs that are switched on. */
  Remembered<double> cores;
  mount::LastPlaces mounts;
  Terminals terminals;
  Residents residents;
  /** For what the target or a dead mount may hold up, each with the processes that are stuck in it. */
  Patience page_tables{patience_limit};
  Patience arguments{patience_limit};
  Patience open_files{patience_limit};
  Patience paths{patience_limit};
  Patience sensors{patience_limit};
  BusTurns bus{bus_patience_limit};
  /** Services, which have no numbers of their own. */
  Names services;

  /** When the host booted, in milliseconds since the epoch, to the second as the kernel tells it; none if unknown. */
  double boot_time() const;

  /** /proc/stat: all of a call tell of the same moment. */
  std::shared_ptr<const Reading> read_stat(uint64_t call);

  /** Reads the whole of a file by a descriptor that is kept. What is not this kernel's own may be another file by then.
   */
  ReadStatus read_often(const std::string& path, FileReader& file) {
    return live ? often_.whole(path, file) : file.whole(AT_FDCWD, path.c_str());
  }

  /** The same, where what is looked for mostly stands in the first so many bytes. */
  ReadStatus read_front(const std::string& path, size_t most, FileReader& file) {
    return live ? often_.front(path, most, file) : file.whole(AT_FDCWD, path.c_str());
  }

  /** Asks mounts, which may hang. One caller at a time: what hangs is waited for once, and then known to everybody. */
  template <typename Result>
  std::vector<std::optional<Result>> ask_mounts(const std::vector<std::string>& keys,
                                                std::function<Result(const std::string&)> ask) {
    const std::lock_guard<std::mutex> turn(mounts_turn_);
    return mounts_.each<Result>(keys, std::move(ask));
  }

 private:
  KeptFiles often_;
  std::mutex mounts_turn_;
  Patience mounts_{patience_limit};
};

/** Seconds since boot, time asleep included. */
double since_boot();

/** The btime line of /proc/stat, in seconds. */
bool parse_boot_seconds(std::string_view text, double& seconds);

}  // namespace sysgraph
