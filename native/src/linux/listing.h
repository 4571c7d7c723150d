#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "../rows.h"

namespace sysgraph {

struct Host;

/** A process, and the number its folder in /proc has, which is another one for whoever gets the pid next. */
struct ProcessEntry {
  int32_t pid = 0;
  uint64_t inode = 0;
};

/** All processes there are, by their pids; errno says why where proc cannot be listed. */
ReadStatus list_processes(const std::string& proc, std::vector<ProcessEntry>& all);

/** How many processes and threads were born since the host booted, in /proc/stat; none if it does not tell. */
double parse_births(std::string_view text);

/**
 * Which processes there were when they were listed last. Nobody is born without being counted: as long as the count
 * stands still, all there are are among them. Whether one has ended meanwhile is for whoever looks at each of them.
 */
class Listing {
 public:
  /** The same, and maybe some that have ended. */
  ReadStatus list(Host& host, std::vector<ProcessEntry>& all);
  /** Somebody has ended: the next one lists anew, so that none is looked for again and again. */
  void renew();

 private:
  struct Known {
    /** Counted before they were listed; none where that proves nothing. */
    double births = none;
    /** How much was read for it. */
    size_t bytes = 0;
    std::vector<ProcessEntry> all;
  };
  using Shared = std::shared_ptr<const Known>;

  Shared known() const;
  void keep(Shared known);

  mutable std::mutex mutex_;
  Shared known_;
};

}  // namespace sysgraph
