#include "proof.h"

namespace sysgraph {
namespace {

using namespace process;

constexpr uint32_t bits(std::initializer_list<uint32_t> sources) {
  uint32_t mask = 0;
  for (const uint32_t source : sources) mask |= 1u << source;
  return mask;
}

/** Whether it waits for something: from then on its clock tells of everything it does. */
bool is_at_rest(const StatLine& line) {
  switch (static_cast<ProcessStatus>(line.status)) {
    case ProcessStatus::Sleeping:
    case ProcessStatus::DiskSleep:
    case ProcessStatus::Stopped:
    case ProcessStatus::TracingStop:
    case ProcessStatus::Idle:
    case ProcessStatus::Parked:
      return true;
    default:
      return false;
  }
}

/** What its stat tells is told anew where that is read in any case. */
bool is_proved(const Rows& rows) {
  return rows.wants_any(bits({ids, cmdline, io}) | (rows.wants(state) ? 0 : bits({stat, parent})));
}

}  // namespace

Proofs::Proofs(Host& host, ProcFiles& files, Rows& rows, bool keeps, bool proves)
    : host_(host), files_(files), rows_(rows), keeps_(host.warm && keeps), proves_(host.warm && proves) {}

Proofs::Proofs(Host& host, ProcFiles& files, Rows& rows)
    : Proofs(host, files, rows, is_proved(rows) || rows.wants_any(bits({state, statm})), is_proved(rows)) {}

ReadStatus Proofs::list(std::vector<ProcessEntry>& all) const {
  const ReadStatus status = keeps_ ? host_.warm->listing.list(host_, all) : list_processes(host_.proc, all);
  if (host_.warm && status == ReadStatus::Ok) host_.warm->retain(all);
  return status;
}

void Proofs::look(const std::vector<ProcessEntry>& processes) {
  if (!keeps_) return;
  host_.warm->refresh();
  looks_.reserve(processes.size());
  for (const ProcessEntry& each : processes) {
    rows_.check();
    looks_.push_back(proves_ ? host_.warm->look(each, files_.folder())
                             : Look{host_.warm->of(each.pid), -1, 0, nullptr});
  }
}

std::vector<int32_t> Proofs::lacking(uint32_t source, const std::vector<int32_t>& pids) const {
  if (!proves_) return pids;
  std::vector<int32_t> lacking;
  for (size_t at = 0; at < pids.size(); at++) {
    const std::shared_ptr<const Rest>& rest = looks_[at].rest;
    if (!rest || (rest->have >> source & 1u) == 0) lacking.push_back(pids[at]);
  }
  return lacking;
}

std::vector<size_t> Proofs::unknown(uint32_t source) const {
  std::vector<size_t> places;
  for (size_t at = 0; at < looks_.size(); at++) {
    const std::shared_ptr<const Rest>& rest = looks_[at].rest;
    if (rest && (rest->have >> source & 1u) == 0) places.push_back(at);
  }
  return places;
}

void Proofs::select(size_t index, int32_t pid) {
  pid_ = pid;
  look_ = keeps_ ? &looks_[index] : nullptr;
  rest_ = keeps_ ? look_->rest.get() : nullptr;
  found_ = nullptr;
}

/**
 * A process gets another parent when its parent ends, and only then: one that is there and is older is still the same.
 * That it is there is read each time.
 */
bool Proofs::knows_parent() {
  const int32_t parent = rest_ != nullptr ? static_cast<int32_t>(rest_->ppid) : 0;
  if (parent <= 0) return false;
  const auto [at, is_new] = living_.try_emplace(parent, none);
  if (is_new) at->second = start_of_living(parent);
  return at->second < rest_->stat.start_ticks;
}

/** When a process started that has its children still; none of one that may have lost them. */
double Proofs::start_of_living(int32_t pid) {
  StatLine line;
  rows_.count_read(process::parent);
  files_.select(pid);
  const ReadStatus status = read(host_.warm->of(pid), pid, Kept::Stat, "stat", true);
  const bool is_told = status == ReadStatus::Ok && parse_stat(files_.text(), {}, line);
  files_.select(pid_);
  return is_told && line.has_ended == 0 && !line.is_exiting ? line.start_ticks : none;
}

bool Proofs::take(const StatLine& line) {
  if (rest_ != nullptr) return line.start_ticks == rest_->stat.start_ticks;
  const bool is_provable = proves_ && look_->clock >= 0 && look_->inode != 0 && is_at_rest(line);
  if (!is_provable) return true;
  found_ = std::make_shared<Rest>();
  found_->clock = look_->clock;
  found_->inode = look_->inode;
  found_->have = bits({stat});
  found_->stat = line;
  found_->stat.comm = {};
  found_->name = line.comm;
  found_->ppid = line.ppid;
  return true;
}

Rest* Proofs::draft() {
  if (!found_ && rest_ != nullptr) found_ = std::make_shared<Rest>(*rest_);
  return found_.get();
}

Rest* Proofs::room(uint32_t source) {
  Rest* const room = draft();
  if (room != nullptr) room->have |= 1u << source;
  return room;
}

void Proofs::keep() {
  if (found_) host_.warm->keep(*look_->kept, std::move(found_));
}

void Proofs::drop() {
  if (look_ != nullptr) host_.warm->drop(pid_, *look_->kept);
}

ReadStatus Proofs::read(Kept::File which, const char* name, bool often) {
  return look_ != nullptr ? read(look_->kept, pid_, which, name, often) : files_.once(name);
}

/** One that is kept is good for as long as its process is there: another one may have the pid then. */
ReadStatus Proofs::read(const std::shared_ptr<Kept>& kept, int32_t pid, Kept::File which, const char* name,
                        bool often) {
  int fd = kept->descriptor(which);
  if (fd < 0 && often) fd = kept->descriptor(which, files_.folder(), files_.path(name));
  if (fd < 0) return files_.once(name);
  const ReadStatus status = files_.once(fd);
  if (status == ReadStatus::Ok) return status;
  host_.warm->drop(pid, *kept);
  return files_.once(name);
}

}  // namespace sysgraph
