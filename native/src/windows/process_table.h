#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the table of processes: what NtQuerySystemInformation wrote in, columns out.
namespace sysgraph::process {

/** Processes that are no programs. */
constexpr uint32_t idle_pid = 0;
constexpr uint32_t system_pid = 4;

/** When this was read, by both clocks: 100 nanoseconds since 1601, and seconds since boot. */
struct Moment {
  double file_time = none;
  double since_boot = none;
};

/** A thread, as the kernel tells of it. */
struct ThreadEntry {
  uint32_t tid = 0;
  /** 100 nanoseconds since 1601. */
  double created = 0;
  double user = 0;
  double system = 0;
  double ctx_switches = 0;
  uint32_t state = 0;
  uint32_t wait_reason = 0;
};

/** A process and its threads. */
struct Entry {
  uint32_t pid = 0;
  uint32_t ppid = 0;
  double created = 0;
  std::string name;
  double handles = 0;
  Stat stat;
  State state;
  Parent parent;
  Statm statm;
  process::Status status;
  Io io;
  std::vector<ThreadEntry> threads;

  /** One that has ended, but that somebody still holds a handle of, has no threads any more. */
  bool has_ended() const { return threads.empty() && pid != idle_pid; }
};

/** SystemProcessInformation; false if it is cut or leads out of itself. `base` is where the buffer was. */
bool parse_processes(std::string_view bytes, uint64_t base, const Moment& moment, std::vector<Entry>& table);

/** A thread as a row; its name is told elsewhere. */
thread::Task task_of(const ThreadEntry& entry, const Moment& moment);

/** How many threads could run and have no CPU: what the load is made of. */
double count_ready(const std::vector<Entry>& table);

/** A start, in microseconds since 1970: what the kernel keeps of it never changes, however the clock is set. */
double start_ticks(double created);

/** CPUs of a mask, counted from `first`, as 0-3,8. */
std::string cpu_list(uint64_t mask, uint32_t first);

/** The mask of such CPUs; 0 where one of them is not among `all`. */
uint64_t cpu_mask(const std::vector<double>& cpus, uint32_t first, uint64_t all);

/** Bytes of a working set (MEMORY_WORKING_SET_INFORMATION) that no other process has. */
bool parse_unique(std::string_view bytes, double page_size, double& unique);

/** The numbers of its pages. */
bool parse_resident(std::string_view bytes, std::vector<uint64_t>& pages);

/** A handle of a process, of whatever object, and what may be done through it. */
struct HandleEntry {
  uint32_t pid = 0;
  uint64_t handle = 0;
  uint32_t access = 0;
};

/** Whose handles a table has: those of one process (ProcessHandleInformation), or all
 * (SystemExtendedHandleInformation). */
enum class HandleTable { OfProcess, OfAll };

/** The handles of this process that a table has; false if it is cut. */
bool parse_handles(std::string_view bytes, HandleTable table, uint32_t pid, std::vector<HandleEntry>& handles);

/** How a file was opened, as fopen(3) says it; none where it is neither read nor written. */
const char* open_mode(uint32_t access);

}  // namespace sysgraph::process
