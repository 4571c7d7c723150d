#include <cmath>

#include "bytes.h"
#include "process_table.h"

namespace sysgraph::process {
namespace {

constexpr double units_per_second = 1e7;
constexpr double units_per_microsecond = 10;
/** From 1601 to 1970. */
constexpr double epoch = 1.16444736e17;

// Of SYSTEM_PROCESS_INFORMATION and SYSTEM_THREAD_INFORMATION.
constexpr size_t process_size = 256;
constexpr size_t thread_size = 80;

enum State : uint32_t {
  Initialized,
  Ready,
  Running,
  Standby,
  Terminated,
  Waiting,
  Transition,
  DeferredReady,
  GateWait
};
constexpr uint32_t reason_suspended = 5;
/** A wait of the kernel itself has the same reason, moved by so much for those of programs. */
constexpr uint32_t reason_of_programs = 7;

bool waits(const ThreadEntry& thread) { return thread.state == Waiting || thread.state == GateWait; }

bool is_suspended(const ThreadEntry& thread) {
  return waits(thread) && thread.wait_reason % reason_of_programs == reason_suspended &&
         thread.wait_reason <= reason_suspended + reason_of_programs;
}

ProcessStatus status_of(const ThreadEntry& thread) {
  if (is_suspended(thread)) return ProcessStatus::Stopped;
  if (waits(thread)) return ProcessStatus::Sleeping;
  if (thread.state == Initialized) return ProcessStatus::Waking;
  if (thread.state == Terminated) return ProcessStatus::Dead;
  return thread.state <= GateWait ? ProcessStatus::Running : ProcessStatus::Unknown;
}

/** Stopped if all its threads are, asleep if none of them could run. */
ProcessStatus status_of(const std::vector<ThreadEntry>& threads) {
  size_t stopped = 0;
  size_t waiting = 0;
  for (const ThreadEntry& thread : threads) {
    stopped += is_suspended(thread);
    waiting += waits(thread);
  }
  if (threads.empty() || waiting < threads.size()) return ProcessStatus::Running;
  return stopped == threads.size() ? ProcessStatus::Stopped : ProcessStatus::Sleeping;
}

double milliseconds_of(double file_time) { return std::floor((file_time - epoch) / units_per_microsecond / 1000); }

/** Since boot; a clock that was set meanwhile is no reason for a start before boot. */
double since_boot(double created, const Moment& moment) {
  const double age = (moment.file_time - created) / units_per_second;
  return std::max(0.0, moment.since_boot - age);
}

ThreadEntry thread_at(const Bytes& bytes, size_t at) {
  ThreadEntry thread;
  thread.system = bytes.number<int64_t>(at) / units_per_second;
  thread.user = bytes.number<int64_t>(at + 8) / units_per_second;
  thread.created = bytes.number<int64_t>(at + 16);
  thread.tid = bytes.at<uint32_t>(at + 48);
  thread.ctx_switches = bytes.number<uint32_t>(at + 64);
  thread.state = bytes.at<uint32_t>(at + 68);
  thread.wait_reason = bytes.at<uint32_t>(at + 72);
  return thread;
}

void fill_stat(const Bytes& bytes, size_t at, const Moment& moment, Entry& entry) {
  Stat& stat = entry.stat;
  const bool is_kernel = entry.pid == idle_pid || entry.pid == system_pid;
  const double faults = bytes.number<uint32_t>(at + 128);
  const double hard = bytes.number<uint32_t>(at + 16);
  stat.start_ticks = start_ticks(entry.created);
  // These two were there before the clock was.
  stat.started = is_kernel ? 0 : since_boot(entry.created, moment);
  stat.is_comm_cut = 0;
  stat.has_ended = 0;
  entry.parent.ppid = entry.ppid;
  entry.state.status = static_cast<double>(status_of(entry.threads));
  entry.state.num_handles = bytes.number<uint32_t>(at + 96);
  stat.create_time = is_kernel ? milliseconds_of(moment.file_time - moment.since_boot * units_per_second)
                               : milliseconds_of(entry.created);
  stat.is_kernel_thread = is_kernel ? 1 : 0;
  stat.num_threads = static_cast<double>(entry.threads.size());
  stat.cpu_times_user = bytes.number<int64_t>(at + 40) / units_per_second;
  stat.cpu_times_system = bytes.number<int64_t>(at + 48) / units_per_second;
  stat.page_faults_minor = std::max(0.0, faults - hard);
  stat.page_faults_major = hard;
  stat.stat_clock = moment.since_boot;
}

void fill_memory(const Bytes& bytes, size_t at, Entry& entry) {
  entry.statm.memory_rss = bytes.number<uint64_t>(at + 144);
  entry.statm.memory_vms = bytes.number<uint64_t>(at + 200);
  process::Status& status = entry.status;
  status.memory_peak_rss = bytes.number<uint64_t>(at + 136);
  status.memory_peak_vms = bytes.number<uint64_t>(at + 192);
  status.memory_virtual = bytes.number<uint64_t>(at + 120);
  status.memory_peak_virtual = bytes.number<uint64_t>(at + 112);
  status.memory_paged_pool = bytes.number<uint64_t>(at + 160);
  status.memory_peak_paged_pool = bytes.number<uint64_t>(at + 152);
  status.memory_nonpaged_pool = bytes.number<uint64_t>(at + 176);
  status.memory_peak_nonpaged_pool = bytes.number<uint64_t>(at + 168);
  status.ctx_switches_voluntary = 0;
  for (const ThreadEntry& thread : entry.threads) status.ctx_switches_voluntary += thread.ctx_switches;
}

void fill_io(const Bytes& bytes, size_t at, const Moment& moment, Io& io) {
  io.io_read_count = bytes.number<uint64_t>(at + 208);
  io.io_write_count = bytes.number<uint64_t>(at + 216);
  io.io_other_count = bytes.number<uint64_t>(at + 224);
  io.io_read_bytes = bytes.number<uint64_t>(at + 232);
  io.io_write_bytes = bytes.number<uint64_t>(at + 240);
  io.io_other_bytes = bytes.number<uint64_t>(at + 248);
  io.io_clock = moment.since_boot;
}

bool parse_process(const Bytes& bytes, size_t at, const Moment& moment, Entry& entry) {
  const size_t threads = bytes.at<uint32_t>(at + 4);
  if (!bytes.holds(at, process_size) || (bytes.size() - at - process_size) / thread_size < threads) return false;
  entry.pid = bytes.at<uint32_t>(at + 80);
  entry.ppid = bytes.at<uint32_t>(at + 88);
  entry.created = bytes.number<int64_t>(at + 32);
  entry.name = entry.pid == idle_pid ? "System Idle Process" : bytes.text(at + 56);
  for (size_t i = 0; i < threads; i++) entry.threads.push_back(thread_at(bytes, at + process_size + i * thread_size));
  fill_stat(bytes, at, moment, entry);
  fill_memory(bytes, at, entry);
  fill_io(bytes, at, moment, entry.io);
  return true;
}

/** Calls with each page of a working set, after their count; false if it is cut. */
template <typename Each>
bool each_page(std::string_view buffer, Each each) {
  constexpr size_t size = 8;
  const Bytes bytes(buffer);
  const uint64_t count = bytes.at<uint64_t>(0);
  if (!bytes.holds(0, size) || (bytes.size() - size) / size < count) return false;
  for (uint64_t i = 1; i <= count; i++) each(bytes.at<uint64_t>(i * size));
  return true;
}

}  // namespace

double start_ticks(double created) {
  return created > epoch ? std::floor((created - epoch) / units_per_microsecond) : 0;
}

bool parse_processes(std::string_view buffer, uint64_t base, const Moment& moment, std::vector<Entry>& table) {
  const Bytes bytes(buffer, base);
  for (size_t at = 0;;) {
    Entry& entry = table.emplace_back();
    if (!parse_process(bytes, at, moment, entry)) return false;
    const uint32_t next = bytes.at<uint32_t>(at);
    if (next == 0) return true;
    at += next;
  }
}

thread::Task task_of(const ThreadEntry& entry, const Moment& moment) {
  thread::Task task;
  task.start_ticks = start_ticks(entry.created);
  task.started = since_boot(entry.created, moment);
  task.tid = entry.tid;
  task.status = static_cast<double>(status_of(entry));
  task.cpu_times_user = entry.user;
  task.cpu_times_system = entry.system;
  task.clock = moment.since_boot;
  return task;
}

double count_ready(const std::vector<Entry>& table) {
  double ready = 0;
  for (const Entry& entry : table) {
    // The idle process has a thread for each CPU, which are always ready.
    if (entry.pid == idle_pid) continue;
    for (const ThreadEntry& thread : entry.threads) ready += thread.state == Ready || thread.state == DeferredReady;
  }
  return ready;
}

std::string cpu_list(uint64_t mask, uint32_t first) {
  std::string list;
  for (uint32_t bit = 0; bit < 64; bit++) {
    if ((mask >> bit & 1) == 0) continue;
    const uint32_t from = bit;
    while (bit + 1 < 64 && (mask >> (bit + 1) & 1) != 0) bit++;
    if (!list.empty()) list += ',';
    list += std::to_string(first + from);
    if (bit > from) list += '-' + std::to_string(first + bit);
  }
  return list;
}

uint64_t cpu_mask(const std::vector<double>& cpus, uint32_t first, uint64_t all) {
  uint64_t mask = 0;
  for (const double cpu : cpus) {
    const double bit = cpu - first;
    const bool is_one = bit >= 0 && bit < 64 && bit == std::floor(bit);
    const uint64_t one = is_one ? uint64_t{1} << static_cast<unsigned>(bit) : 0;
    if ((one & all) == 0) return 0;
    mask |= one;
  }
  return mask;
}

bool parse_unique(std::string_view buffer, double page_size, double& unique) {
  constexpr uint64_t shared = 1 << 8;
  double alone = 0;
  const bool is_whole = each_page(buffer, [&](uint64_t page) {
    const uint64_t share_count = page >> 5 & 7;
    alone += (page & shared) == 0 || share_count <= 1;
  });
  unique = alone * page_size;
  return is_whole;
}

bool parse_resident(std::string_view buffer, std::vector<uint64_t>& pages) {
  constexpr int page_bits = 12;
  return each_page(buffer, [&](uint64_t page) { pages.push_back(page >> page_bits); });
}

bool parse_handles(std::string_view buffer, HandleTable table, uint32_t pid, std::vector<HandleEntry>& handles) {
  constexpr size_t head = 16;
  constexpr size_t size = 40;
  constexpr size_t access = 24;
  // In a table of all, an entry says first of what object and of which process it is.
  constexpr size_t owner = 8;
  const bool is_of_all = table == HandleTable::OfAll;
  const size_t handle = is_of_all ? 16 : 0;
  const Bytes bytes(buffer);
  const uint64_t count = bytes.at<uint64_t>(0);
  if (!bytes.holds(0, head) || (bytes.size() - head) / size < count) return false;
  for (size_t at = head; at < head + count * size; at += size) {
    if (is_of_all && bytes.at<uint64_t>(at + owner) != pid) continue;
    handles.push_back({pid, bytes.at<uint64_t>(at + handle), bytes.at<uint32_t>(at + access)});
  }
  return true;
}

const char* open_mode(uint32_t access) {
  constexpr uint32_t read_data = 1;
  constexpr uint32_t write_data = 2;
  constexpr uint32_t append_data = 4;
  const bool reads = (access & read_data) != 0;
  const bool writes = (access & write_data) != 0;
  const bool appends = !writes && (access & append_data) != 0;
  if (appends) return reads ? "a+" : "a";
  if (writes) return reads ? "r+" : "w";
  return reads ? "r" : nullptr;
}

}  // namespace sysgraph::process
