#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gen/tables.h"

// The one interface between the addon and a platform. Each folder of a platform defines Host, open_host and a
// read_<table> for every table of the spec; none/ has those that a platform lacks.
namespace sysgraph {

struct Roots {
  std::string proc;
  std::string sys;
  /** How much may be kept of processes between calls; 0 where everything is to be read each time. */
  double warm_bytes = 0;
};

/** Rows by their keys, every row but those of these keys, or of every row those that people want to see. */
enum class Which { Keys, Except, WorthShowing };

struct Request {
  uint32_t mask = 0;
  Which which = Which::Keys;
  std::vector<int32_t> keys;
  /** The same for all that is asked in one call, and for nothing else. */
  uint64_t call = 0;

  /** True where it is for the reader to find out which rows there are. */
  bool lists() const { return which != Which::Keys; }
};

/** What a platform keeps about the host it reads: roots, units, caches. Any thread may read through it. */
struct Host;
std::shared_ptr<Host> open_host(const Roots& roots);

/** What is kept between calls. */
struct Use {
  bool is_warm = false;
  double processes = 0;
  double bytes = 0;
  double descriptors = 0;
};

Use use_of(const Host& host);

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
/** What happens to processes, listened to until this is destroyed. */
class Events {
 public:
  virtual ~Events() = default;
  /** Takes what happened since the last time, as rows of the table of events; true if some of it was lost. */
  virtual bool take(Rows& rows) = 0;
};

/**
 * Has the kernel tell what happens to processes, with so many bytes for what waits, or as many as are good. `ring` is
 * called, on any thread, when there is something to take. None, and why, where the kernel does not tell.
 */
std::unique_ptr<Events> open_events(Host& host, double buffer, const std::function<void()>& ring, ReadStatus& status);

/** A process: the one that has this pid and started then, in ticks since boot. */
struct Target {
  int32_t pid;
  double start_ticks;
};

/** What can be done to a process. The order is that of ACTIONS in native/action.ts. */
enum class Act { Signal, Nice, IoNice, Affinity, Limit, PriorityClass };

struct Action {
  Act act;
  /** Of a signal its name. */
  std::string name;
  /**
   * Of nice and of a priority class its value; of I/O priority class and level; of affinity the CPUs; of a limit the
   * resource, what is enforced and how far that may be raised: infinity is unlimited, and what is not a number stays as
   * it is.
   */
  std::vector<double> values;
};

/** What came of it. Uncertain: the process ended meanwhile, so that another one may have been reached in its place. */
enum class Effect { Done, Gone, Denied, Unsupported, Invalid, Uncertain, Failed };

/** What came of it, by what the kernel said. */
inline Effect effect_of(ReadStatus status) {
  switch (status) {
    case ReadStatus::Ok:
      return Effect::Done;
    case ReadStatus::Gone:
    case ReadStatus::Absent:
      return Effect::Gone;
    case ReadStatus::Denied:
      return Effect::Denied;
    case ReadStatus::Unsupported:
      return Effect::Unsupported;
    case ReadStatus::Malformed:
      return Effect::Invalid;
    default:
      return Effect::Failed;
  }
}

struct Outcome {
  Effect effect;
  /** Whether a handle of the process itself kept any other from being reached, or at least from going unnoticed. */
  bool is_held;
};

Outcome act(Host& host, const Target& target, const Action& action);

/** How waiting for a process ended. */
struct Waited {
  /** Done, whether it has ended or not; or why it could not be waited for. */
  Effect effect = Effect::Done;
  bool has_ended = false;
  /** What it returned, or the signal that ended it, where the kernel tells. */
  double exit_code = none;
  std::string signal;
};

/** Waits for many processes at once, on one thread that is there while somebody waits. */
class Waits {
 public:
  using Done = std::pair<uint32_t, std::vector<Waited>>;
  virtual ~Waits() = default;
  /**
   * Waits until all have ended or the time is up; the number is that of `take` and `cancel`. How one ended may be known
   * only when its parent has asked for that: so long it is given to.
   */
  virtual uint32_t add(std::vector<Target> targets, std::chrono::milliseconds patience,
                       std::chrono::milliseconds grace) = 0;
  virtual void cancel(uint32_t number) = 0;
  /** What is done since the last time. */
  virtual std::vector<Done> take() = 0;
};

/** `ring` is called, on any thread, when there is something to take. */
std::unique_ptr<Waits> open_waits(const std::shared_ptr<Host>& host, const std::function<void()>& ring);

/** Gives memory that the allocator keeps for later back to the system; false where it cannot. */
bool trim_heap();

}  // namespace sysgraph
