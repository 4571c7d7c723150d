#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "proc.h"
#include "process.h"
#include "warm.h"

namespace sysgraph {

/**
 * What of the processes of one call need not be read, because it is kept and proved to be so still. Where nothing is
 * kept it knows nothing, and reads as the files are.
 */
class Proofs {
 public:
  /** `keeps` makes use of what is kept, and `proves` of what clocks prove. */
  Proofs(Host& host, ProcFiles& files, Rows& rows, bool keeps, bool proves);
  /** For these columns of processes. */
  Proofs(Host& host, ProcFiles& files, Rows& rows);

  /** All processes there are. One that has ended may be among them, if that is noticed when they are looked at. */
  ReadStatus list(std::vector<ProcessEntry>& all) const;
  /** Looks at all their clocks, which is done before anything is read: a clock is never younger than what it is of. */
  void look(const std::vector<ProcessEntry>& processes);
  /** Of these, which are those looked at, whose source has to be read. */
  std::vector<int32_t> lacking(uint32_t source, const std::vector<int32_t>& pids) const;

  /** Who is known to rest, and since when what is told of this source is not known, by their places. */
  std::vector<size_t> unknown(uint32_t source) const;
  const Rest* rest_at(size_t index) const { return looks_.empty() ? nullptr : looks_[index].rest.get(); }

  /** Turns to a process by its place among those looked at. */
  void select(size_t index, int32_t pid);
  /** What is known of it; none if nothing is. */
  const Rest* rest() const { return rest_; }
  bool knows(uint32_t source) const { return rest_ != nullptr && (rest_->have >> source & 1u) != 0; }
  /** Whether its parent is known to be the same still. */
  bool knows_parent();
  /** Whether its stat is to be read even if nobody asked for it: only of one that rests something is kept. */
  bool wants_line() const { return proves_ && rest_ == nullptr; }

  /** Takes what its stat says, which was read; false if that is of another process than the one looked at. */
  bool take(const process::StatLine& line);
  /** Where what was read of it is to be kept; none where a clock would not tell that it changes. */
  Rest* room(uint32_t source);
  /** The same for what is no source of its own. */
  Rest* draft();
  /** All of it was read. */
  void keep();
  /** It is gone. */
  void drop();

  /** Reads a file of it, by a descriptor that is kept where there is one. One that is read `often` gets one. */
  ReadStatus read(Kept::File which, const char* name, bool often);

 private:
  ReadStatus read(const std::shared_ptr<Kept>& kept, int32_t pid, Kept::File which, const char* name, bool often);
  double start_of_living(int32_t pid);

  Host& host_;
  ProcFiles& files_;
  Rows& rows_;
  /** What is kept is made use of, and what clocks prove. */
  const bool keeps_;
  const bool proves_;
  std::vector<Look> looks_;
  int32_t pid_ = 0;
  const Look* look_ = nullptr;
  const Rest* rest_ = nullptr;
  /** What is to be kept of it from now on, where that is more. */
  std::shared_ptr<Rest> found_;
  /** When those started whose children were looked at, if they have them still. */
  std::unordered_map<int32_t, double> living_;
};

}  // namespace sysgraph
