// Generated from native/spec by `npm run gen`. Do not edit.
#pragma once
#include <cstdint>
#include <string_view>

#include "../rows.h"

// A macro of the C library of Windows, which nobody here wants.
#undef environ

namespace sysgraph {

struct Host;
struct Request;

constexpr const char* fingerprint = "3aabdfc61470728d";

enum class ResourceKind { As, Core, Cpu, Data, Fsize, Locks, Memlock, Msgqueue, Nice, Nofile, Nproc, Npts, Rss, Rtprio, Rttime, Sbsize, Sigpending, Stack, Swap };

enum class ProcessStatus { Running, Sleeping, DiskSleep, Stopped, TracingStop, Zombie, Dead, WakeKill, Waking, Parked, Idle, Locked, Waiting, Suspended, Unknown };

enum class AddressFamily { Inet, Inet6, Link, Unix, Other };

enum class SocketType { Stream, Dgram, Seqpacket, Raw, Other };

enum class ConnectionStatus { Established, SynSent, SynRecv, FinWait1, FinWait2, TimeWait, Close, CloseWait, LastAck, Listen, Closing, DeleteTcb, Idle, Bound, None, Unknown };

enum class Duplex { Full, Half, Unknown };

enum class IoClass { None, Realtime, BestEffort, Idle, VeryLow, Low, Normal, High, Critical, Unknown };

enum class PriorityClass { Idle, BelowNormal, Normal, AboveNormal, High, Realtime, Unknown };

enum class Platform { Linux, Windows, Macos, Freebsd, Openbsd, Netbsd, Sunos, Aix, Other };

enum class DiskKind { Disk, Partition, Crypt, Lvm, Raid, Loop, Rom, Other };

enum class ServiceManager { Systemd, WindowsScm, Launchd, Rc, Openrc, Smf, Src, Other };

enum class ServiceStatus { Running, StartPending, Paused, PausePending, ContinuePending, StopPending, Stopped, Failed, Reloading, Unknown };

enum class ServiceStartType { Automatic, Manual, Disabled, Static, Masked, Boot, System, Unknown };

enum class ProcessEventKind { Started, Execed, Exited };

namespace limit {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { limits };

struct Limits {
  double resource = none;
  double soft = none;
  double hard = none;
};

inline void put(Rows& rows, const Limits& row) {
  if (!rows.open(limits)) return;
  rows.number(row.resource);
  rows.number(row.soft);
  rows.number(row.hard);
}

constexpr uint32_t widths[] = {3};
constexpr uint32_t texts[] = {0};

}  // namespace limit

void read_limit(Host& host, const Request& request, Rows& rows);

namespace environment {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { environ };

struct Environ {
  std::string_view name;
  std::string_view value;
};

inline void put(Rows& rows, const Environ& row) {
  if (!rows.open(environ)) return;
  rows.text(row.name);
  rows.text(row.value);
}

constexpr uint32_t widths[] = {4};
constexpr uint32_t texts[] = {5};

}  // namespace environment

void read_environment(Host& host, const Request& request, Rows& rows);

namespace memory_map {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { smaps };

struct Smaps {
  std::string_view path;
  double rss = none;
  double size = none;
  double pss = none;
  double shared_clean = none;
  double shared_dirty = none;
  double private_clean = none;
  double private_dirty = none;
  double referenced = none;
  double anonymous = none;
  double swap = none;
  double locked = none;
  std::string_view address;
  std::string_view permissions;
};

inline void put(Rows& rows, const Smaps& row) {
  if (!rows.open(smaps)) return;
  rows.text(row.path);
  rows.number(row.rss);
  rows.number(row.size);
  rows.number(row.pss);
  rows.number(row.shared_clean);
  rows.number(row.shared_dirty);
  rows.number(row.private_clean);
  rows.number(row.private_dirty);
  rows.number(row.referenced);
  rows.number(row.anonymous);
  rows.number(row.swap);
  rows.number(row.locked);
  rows.text(row.address);
  rows.text(row.permissions);
}

constexpr uint32_t widths[] = {17};
constexpr uint32_t texts[] = {40961};

}  // namespace memory_map

void read_memory_map(Host& host, const Request& request, Rows& rows);

namespace open_file {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { files };

struct Files {
  std::string_view path;
  double fd = none;
  double position = none;
  std::string_view mode;
  double flags = none;
  double deleted = none;
  double size = none;
  double allocated = none;
};

inline void put(Rows& rows, const Files& row) {
  if (!rows.open(files)) return;
  rows.text(row.path);
  rows.number(row.fd);
  rows.number(row.position);
  rows.text(row.mode);
  rows.number(row.flags);
  rows.number(row.deleted);
  rows.number(row.size);
  rows.number(row.allocated);
}

constexpr uint32_t widths[] = {10};
constexpr uint32_t texts[] = {17};

}  // namespace open_file

void read_open_file(Host& host, const Request& request, Rows& rows);

namespace thread {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { task };

struct Task {
  double start_ticks = none;
  double started = none;
  double tid = none;
  std::string_view name;
  double status = none;
  double cpu_num = none;
  double cpu_times_user = none;
  double cpu_times_system = none;
  double cpu_times_children_user = none;
  double cpu_times_children_system = none;
  double cpu_times_iowait = none;
  double clock = none;
};

inline void put(Rows& rows, const Task& row) {
  if (!rows.open(task)) return;
  rows.number(row.start_ticks);
  rows.number(row.started);
  rows.number(row.tid);
  rows.text(row.name);
  rows.number(row.status);
  rows.number(row.cpu_num);
  rows.number(row.cpu_times_user);
  rows.number(row.cpu_times_system);
  rows.number(row.cpu_times_children_user);
  rows.number(row.cpu_times_children_system);
  rows.number(row.cpu_times_iowait);
  rows.number(row.clock);
}

constexpr uint32_t widths[] = {13};
constexpr uint32_t texts[] = {8};

}  // namespace thread

void read_thread(Host& host, const Request& request, Rows& rows);

namespace owner {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { socketFds };

struct SocketFds {
  double pid = none;
  double fd = none;
  double inode = none;
};

inline void put(Rows& rows, const SocketFds& row) {
  if (!rows.open(socketFds)) return;
  rows.number(row.pid);
  rows.number(row.fd);
  rows.number(row.inode);
}

constexpr uint32_t widths[] = {3};
constexpr uint32_t texts[] = {0};

}  // namespace owner

void read_owner(Host& host, const Request& request, Rows& rows);

namespace address {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { addresses };

struct Addresses {
  double family = none;
  std::string_view address;
  std::string_view netmask;
  double prefix_length = none;
  std::string_view broadcast;
  std::string_view peer;
  std::string_view scope;
};

inline void put(Rows& rows, const Addresses& row) {
  if (!rows.open(addresses)) return;
  rows.number(row.family);
  rows.text(row.address);
  rows.text(row.netmask);
  rows.number(row.prefix_length);
  rows.text(row.broadcast);
  rows.text(row.peer);
  rows.text(row.scope);
}

constexpr uint32_t widths[] = {12};
constexpr uint32_t texts[] = {1354};

}  // namespace address

void read_address(Host& host, const Request& request, Rows& rows);

namespace connection {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { sockets, details, peers, socketFds };

struct Sockets {
  double space = none;
  double inode = none;
  double cookie_high = none;
  double cookie_low = none;
  double family = none;
  double type = none;
  double status = none;
  std::string_view local_address;
  double local_port = none;
  std::string_view remote_address;
  double remote_port = none;
  std::string_view path;
};

inline void put(Rows& rows, const Sockets& row) {
  if (!rows.open(sockets)) return;
  rows.number(row.space);
  rows.number(row.inode);
  rows.number(row.cookie_high);
  rows.number(row.cookie_low);
  rows.number(row.family);
  rows.number(row.type);
  rows.number(row.status);
  rows.text(row.local_address);
  rows.number(row.local_port);
  rows.text(row.remote_address);
  rows.number(row.remote_port);
  rows.text(row.path);
}

struct Details {
  double uid = none;
  double receive_queue = none;
  double send_queue = none;
};

inline void put(Rows& rows, const Details& row) {
  if (!rows.open(details)) return;
  rows.number(row.uid);
  rows.number(row.receive_queue);
  rows.number(row.send_queue);
}

struct Peers {
  double peer_inode = none;
};

inline void put(Rows& rows, const Peers& row) {
  if (!rows.open(peers)) return;
  rows.number(row.peer_inode);
}

constexpr uint32_t widths[] = {15, 3, 1, 0};
constexpr uint32_t texts[] = {9344, 0, 0, 0};

}  // namespace connection

void read_connection(Host& host, const Request& request, Rows& rows);

namespace network {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { link, io, ethtool, addresses };

struct Link {
  std::string_view name;
  double is_up = none;
  double mtu = none;
  std::string_view flags;
};

inline void put(Rows& rows, const Link& row) {
  if (!rows.open(link)) return;
  rows.text(row.name);
  rows.number(row.is_up);
  rows.number(row.mtu);
  rows.items(row.flags);
}

struct Io {
  double io_bytes_sent = none;
  double io_bytes_received = none;
  double io_packets_sent = none;
  double io_packets_received = none;
  double io_errors_in = none;
  double io_errors_out = none;
  double io_drops_in = none;
  double io_drops_out = none;
  double io_clock = none;
};

inline void put(Rows& rows, const Io& row) {
  if (!rows.open(io)) return;
  rows.number(row.io_bytes_sent);
  rows.number(row.io_bytes_received);
  rows.number(row.io_packets_sent);
  rows.number(row.io_packets_received);
  rows.number(row.io_errors_in);
  rows.number(row.io_errors_out);
  rows.number(row.io_drops_in);
  rows.number(row.io_drops_out);
  rows.number(row.io_clock);
}

struct Ethtool {
  double duplex = none;
  double speed_mbps = none;
};

inline void put(Rows& rows, const Ethtool& row) {
  if (!rows.open(ethtool)) return;
  rows.number(row.duplex);
  rows.number(row.speed_mbps);
}

constexpr uint32_t widths[] = {6, 9, 2, 0};
constexpr uint32_t texts[] = {17, 0, 0, 0};

}  // namespace network

void read_network(Host& host, const Request& request, Rows& rows);

namespace process {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { stat, state, parent, statm, ids, status, cmdline, exe, cwd, io, fds, rollup, cgroup, ionice, affinity, priority, limits, socketFds, environ, smaps, files, task };

struct Stat {
  double start_ticks = none;
  double started = none;
  std::string_view comm;
  double arguments_size = none;
  double is_comm_cut = none;
  double has_ended = none;
  double create_time = none;
  double is_kernel_thread = none;
  double num_threads = none;
  double cpu_times_user = none;
  double cpu_times_system = none;
  double cpu_times_children_user = none;
  double cpu_times_children_system = none;
  double page_faults_minor = none;
  double page_faults_major = none;
  double stat_clock = none;
};

inline void put(Rows& rows, const Stat& row) {
  if (!rows.open(stat)) return;
  rows.number(row.start_ticks);
  rows.number(row.started);
  rows.text(row.comm);
  rows.number(row.arguments_size);
  rows.number(row.is_comm_cut);
  rows.number(row.has_ended);
  rows.number(row.create_time);
  rows.number(row.is_kernel_thread);
  rows.number(row.num_threads);
  rows.number(row.cpu_times_user);
  rows.number(row.cpu_times_system);
  rows.number(row.cpu_times_children_user);
  rows.number(row.cpu_times_children_system);
  rows.number(row.page_faults_minor);
  rows.number(row.page_faults_major);
  rows.number(row.stat_clock);
}

struct State {
  double tty = none;
  double status = none;
  std::string_view terminal;
  double nice = none;
  double num_handles = none;
  double cpu_num = none;
  double cpu_times_iowait = none;
};

inline void put(Rows& rows, const State& row) {
  if (!rows.open(state)) return;
  rows.number(row.tty);
  rows.number(row.status);
  rows.text(row.terminal);
  rows.number(row.nice);
  rows.number(row.num_handles);
  rows.number(row.cpu_num);
  rows.number(row.cpu_times_iowait);
}

struct Parent {
  double ppid = none;
};

inline void put(Rows& rows, const Parent& row) {
  if (!rows.open(parent)) return;
  rows.number(row.ppid);
}

struct Statm {
  double memory_rss = none;
  double memory_vms = none;
  double memory_shared = none;
  double memory_text = none;
  double memory_data = none;
  double memory_percent = none;
};

inline void put(Rows& rows, const Statm& row) {
  if (!rows.open(statm)) return;
  rows.number(row.memory_rss);
  rows.number(row.memory_vms);
  rows.number(row.memory_shared);
  rows.number(row.memory_text);
  rows.number(row.memory_data);
  rows.number(row.memory_percent);
}

struct Ids {
  double uids_real = none;
  double uids_effective = none;
  double uids_saved = none;
  double gids_real = none;
  double gids_effective = none;
  double gids_saved = none;
  std::string_view username;
};

inline void put(Rows& rows, const Ids& row) {
  if (!rows.open(ids)) return;
  rows.number(row.uids_real);
  rows.number(row.uids_effective);
  rows.number(row.uids_saved);
  rows.number(row.gids_real);
  rows.number(row.gids_effective);
  rows.number(row.gids_saved);
  rows.text(row.username);
}

struct Status {
  double memory_peak_rss = none;
  double memory_peak_vms = none;
  double memory_rss_anon = none;
  double memory_rss_file = none;
  double memory_rss_shmem = none;
  double memory_stack = none;
  double memory_swap = none;
  double memory_hugetlb = none;
  double memory_locked = none;
  double memory_virtual = none;
  double memory_peak_virtual = none;
  double memory_paged_pool = none;
  double memory_peak_paged_pool = none;
  double memory_nonpaged_pool = none;
  double memory_peak_nonpaged_pool = none;
  double ctx_switches_voluntary = none;
  double ctx_switches_involuntary = none;
  std::string_view eligible_cpus;
};

inline void put(Rows& rows, const Status& row) {
  if (!rows.open(status)) return;
  rows.number(row.memory_peak_rss);
  rows.number(row.memory_peak_vms);
  rows.number(row.memory_rss_anon);
  rows.number(row.memory_rss_file);
  rows.number(row.memory_rss_shmem);
  rows.number(row.memory_stack);
  rows.number(row.memory_swap);
  rows.number(row.memory_hugetlb);
  rows.number(row.memory_locked);
  rows.number(row.memory_virtual);
  rows.number(row.memory_peak_virtual);
  rows.number(row.memory_paged_pool);
  rows.number(row.memory_peak_paged_pool);
  rows.number(row.memory_nonpaged_pool);
  rows.number(row.memory_peak_nonpaged_pool);
  rows.number(row.ctx_switches_voluntary);
  rows.number(row.ctx_switches_involuntary);
  rows.text(row.eligible_cpus);
}

struct Cmdline {
  double cmdline_size = none;
  std::string_view cmdline;
};

inline void put(Rows& rows, const Cmdline& row) {
  if (!rows.open(cmdline)) return;
  rows.number(row.cmdline_size);
  rows.items(row.cmdline);
}

struct Exe {
  std::string_view exe;
};

inline void put(Rows& rows, const Exe& row) {
  if (!rows.open(exe)) return;
  rows.text(row.exe);
}

struct Cwd {
  std::string_view cwd;
};

inline void put(Rows& rows, const Cwd& row) {
  if (!rows.open(cwd)) return;
  rows.text(row.cwd);
}

struct Io {
  double io_read_count = none;
  double io_write_count = none;
  double io_read_bytes = none;
  double io_write_bytes = none;
  double io_read_chars = none;
  double io_write_chars = none;
  double io_other_count = none;
  double io_other_bytes = none;
  double io_clock = none;
};

inline void put(Rows& rows, const Io& row) {
  if (!rows.open(io)) return;
  rows.number(row.io_read_count);
  rows.number(row.io_write_count);
  rows.number(row.io_read_bytes);
  rows.number(row.io_write_bytes);
  rows.number(row.io_read_chars);
  rows.number(row.io_write_chars);
  rows.number(row.io_other_count);
  rows.number(row.io_other_bytes);
  rows.number(row.io_clock);
}

struct Fds {
  double num_fds = none;
};

inline void put(Rows& rows, const Fds& row) {
  if (!rows.open(fds)) return;
  rows.number(row.num_fds);
}

struct Rollup {
  double memory_footprint_uss = none;
  double memory_footprint_pss = none;
  double memory_footprint_swap = none;
};

inline void put(Rows& rows, const Rollup& row) {
  if (!rows.open(rollup)) return;
  rows.number(row.memory_footprint_uss);
  rows.number(row.memory_footprint_pss);
  rows.number(row.memory_footprint_swap);
}

struct Cgroup {
  std::string_view cgroup_path;
  std::string_view container_id;
  std::string_view container_runtime;
  std::string_view systemd_unit;
  std::string_view service_names;
};

inline void put(Rows& rows, const Cgroup& row) {
  if (!rows.open(cgroup)) return;
  rows.text(row.cgroup_path);
  rows.text(row.container_id);
  rows.text(row.container_runtime);
  rows.text(row.systemd_unit);
  rows.items(row.service_names);
}

struct Ionice {
  double io_nice_io_class = none;
  double io_nice_value = none;
};

inline void put(Rows& rows, const Ionice& row) {
  if (!rows.open(ionice)) return;
  rows.number(row.io_nice_io_class);
  rows.number(row.io_nice_value);
}

struct Affinity {
  std::string_view cpu_affinity;
};

inline void put(Rows& rows, const Affinity& row) {
  if (!rows.open(affinity)) return;
  rows.text(row.cpu_affinity);
}

struct Priority {
  double priority_class = none;
};

inline void put(Rows& rows, const Priority& row) {
  if (!rows.open(priority)) return;
  rows.number(row.priority_class);
}

constexpr uint32_t widths[] = {17, 8, 1, 6, 8, 19, 3, 2, 2, 9, 1, 3, 10, 2, 2, 1, 0, 0, 0, 0, 0, 0};
constexpr uint32_t texts[] = {4, 4, 0, 0, 64, 131072, 2, 1, 1, 0, 0, 0, 341, 0, 1, 0, 0, 0, 0, 0, 0, 0};

}  // namespace process

void read_process(Host& host, const Request& request, Rows& rows);

namespace cpu {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { cpuTimes, cpuFrequency };

struct CpuTimes {
  double number = none;
  double times_user = none;
  double times_system = none;
  double times_idle = none;
  double times_nice = none;
  double times_iowait = none;
  double times_irq = none;
  double times_softirq = none;
  double times_steal = none;
  double times_guest = none;
  double times_guest_nice = none;
  double times_dpc = none;
  double times_clock = none;
};

inline void put(Rows& rows, const CpuTimes& row) {
  if (!rows.open(cpuTimes)) return;
  rows.number(row.number);
  rows.number(row.times_user);
  rows.number(row.times_system);
  rows.number(row.times_idle);
  rows.number(row.times_nice);
  rows.number(row.times_iowait);
  rows.number(row.times_irq);
  rows.number(row.times_softirq);
  rows.number(row.times_steal);
  rows.number(row.times_guest);
  rows.number(row.times_guest_nice);
  rows.number(row.times_dpc);
  rows.number(row.times_clock);
}

struct CpuFrequency {
  double frequency_current = none;
  double frequency_min = none;
  double frequency_max = none;
};

inline void put(Rows& rows, const CpuFrequency& row) {
  if (!rows.open(cpuFrequency)) return;
  rows.number(row.frequency_current);
  rows.number(row.frequency_min);
  rows.number(row.frequency_max);
}

constexpr uint32_t widths[] = {13, 3};
constexpr uint32_t texts[] = {0, 0};

}  // namespace cpu

void read_cpu(Host& host, const Request& request, Rows& rows);

namespace temperature {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { temperatures };

struct Temperatures {
  std::string_view sensor;
  std::string_view chip;
  std::string_view label;
  double current = none;
  double high = none;
  double critical = none;
};

inline void put(Rows& rows, const Temperatures& row) {
  if (!rows.open(temperatures)) return;
  rows.text(row.sensor);
  rows.text(row.chip);
  rows.text(row.label);
  rows.number(row.current);
  rows.number(row.high);
  rows.number(row.critical);
}

constexpr uint32_t widths[] = {9};
constexpr uint32_t texts[] = {21};

}  // namespace temperature

void read_temperature(Host& host, const Request& request, Rows& rows);

namespace fan {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { fans };

struct Fans {
  std::string_view sensor;
  std::string_view chip;
  std::string_view label;
  double rpm = none;
};

inline void put(Rows& rows, const Fans& row) {
  if (!rows.open(fans)) return;
  rows.text(row.sensor);
  rows.text(row.chip);
  rows.text(row.label);
  rows.number(row.rpm);
}

constexpr uint32_t widths[] = {7};
constexpr uint32_t texts[] = {21};

}  // namespace fan

void read_fan(Host& host, const Request& request, Rows& rows);

namespace battery {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { batteries };

struct Batteries {
  std::string_view name;
  double percent = none;
  double seconds_left = none;
  double plugged_in = none;
};

inline void put(Rows& rows, const Batteries& row) {
  if (!rows.open(batteries)) return;
  rows.text(row.name);
  rows.number(row.percent);
  rows.number(row.seconds_left);
  rows.number(row.plugged_in);
}

constexpr uint32_t widths[] = {5};
constexpr uint32_t texts[] = {1};

}  // namespace battery

void read_battery(Host& host, const Request& request, Rows& rows);

namespace session {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { sessions };

struct Sessions {
  std::string_view name;
  std::string_view terminal;
  std::string_view remote_host;
  double started_at = none;
  double pid = none;
};

inline void put(Rows& rows, const Sessions& row) {
  if (!rows.open(sessions)) return;
  rows.text(row.name);
  rows.text(row.terminal);
  rows.text(row.remote_host);
  rows.number(row.started_at);
  rows.number(row.pid);
}

constexpr uint32_t widths[] = {8};
constexpr uint32_t texts[] = {21};

}  // namespace session

void read_session(Host& host, const Request& request, Rows& rows);

namespace system {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { identity, os, boot, stat, meminfo, loadavg, network, cpus, cores, usable, cpuinfo, frequency, machine, swap, vmstat, pressure, disks, cpuTimes, cpuFrequency, temperatures, fans, batteries, sessions };

struct Identity {
  std::string_view machine_id;
  std::string_view boot_id;
  double pid_namespace = none;
  double is_privileged = none;
  double hides_processes = none;
  double own_pid = none;
};

inline void put(Rows& rows, const Identity& row) {
  if (!rows.open(identity)) return;
  rows.text(row.machine_id);
  rows.text(row.boot_id);
  rows.number(row.pid_namespace);
  rows.number(row.is_privileged);
  rows.number(row.hides_processes);
  rows.number(row.own_pid);
}

struct Os {
  std::string_view hostname;
  double platform = none;
  std::string_view os_name;
  std::string_view os_version;
  std::string_view os_kernel;
  std::string_view os_arch;
};

inline void put(Rows& rows, const Os& row) {
  if (!rows.open(os)) return;
  rows.text(row.hostname);
  rows.number(row.platform);
  rows.text(row.os_name);
  rows.text(row.os_version);
  rows.text(row.os_kernel);
  rows.text(row.os_arch);
}

struct Boot {
  double boot_time = none;
  double uptime = none;
};

inline void put(Rows& rows, const Boot& row) {
  if (!rows.open(boot)) return;
  rows.number(row.boot_time);
  rows.number(row.uptime);
}

struct Stat {
  double cpu_times_user = none;
  double cpu_times_system = none;
  double cpu_times_idle = none;
  double cpu_times_nice = none;
  double cpu_times_iowait = none;
  double cpu_times_irq = none;
  double cpu_times_softirq = none;
  double cpu_times_steal = none;
  double cpu_times_guest = none;
  double cpu_times_guest_nice = none;
  double cpu_times_dpc = none;
  double cpu_stats_ctx_switches = none;
  double cpu_stats_interrupts = none;
  double cpu_stats_soft_interrupts = none;
  double cpu_stats_syscalls = none;
  double stat_clock = none;
};

inline void put(Rows& rows, const Stat& row) {
  if (!rows.open(stat)) return;
  rows.number(row.cpu_times_user);
  rows.number(row.cpu_times_system);
  rows.number(row.cpu_times_idle);
  rows.number(row.cpu_times_nice);
  rows.number(row.cpu_times_iowait);
  rows.number(row.cpu_times_irq);
  rows.number(row.cpu_times_softirq);
  rows.number(row.cpu_times_steal);
  rows.number(row.cpu_times_guest);
  rows.number(row.cpu_times_guest_nice);
  rows.number(row.cpu_times_dpc);
  rows.number(row.cpu_stats_ctx_switches);
  rows.number(row.cpu_stats_interrupts);
  rows.number(row.cpu_stats_soft_interrupts);
  rows.number(row.cpu_stats_syscalls);
  rows.number(row.stat_clock);
}

struct Meminfo {
  double memory_total = none;
  double memory_available = none;
  double memory_used = none;
  double memory_free = none;
  double memory_percent = none;
  double memory_active = none;
  double memory_inactive = none;
  double memory_buffers = none;
  double memory_cached = none;
  double memory_shared = none;
  double memory_slab = none;
  double memory_wired = none;
};

inline void put(Rows& rows, const Meminfo& row) {
  if (!rows.open(meminfo)) return;
  rows.number(row.memory_total);
  rows.number(row.memory_available);
  rows.number(row.memory_used);
  rows.number(row.memory_free);
  rows.number(row.memory_percent);
  rows.number(row.memory_active);
  rows.number(row.memory_inactive);
  rows.number(row.memory_buffers);
  rows.number(row.memory_cached);
  rows.number(row.memory_shared);
  rows.number(row.memory_slab);
  rows.number(row.memory_wired);
}

struct Loadavg {
  double load_average_one = none;
  double load_average_five = none;
  double load_average_fifteen = none;
};

inline void put(Rows& rows, const Loadavg& row) {
  if (!rows.open(loadavg)) return;
  rows.number(row.load_average_one);
  rows.number(row.load_average_five);
  rows.number(row.load_average_fifteen);
}

struct Network {
  double network_bytes_sent = none;
  double network_bytes_received = none;
  double network_packets_sent = none;
  double network_packets_received = none;
  double network_errors_in = none;
  double network_errors_out = none;
  double network_drops_in = none;
  double network_drops_out = none;
  double network_clock = none;
};

inline void put(Rows& rows, const Network& row) {
  if (!rows.open(network)) return;
  rows.number(row.network_bytes_sent);
  rows.number(row.network_bytes_received);
  rows.number(row.network_packets_sent);
  rows.number(row.network_packets_received);
  rows.number(row.network_errors_in);
  rows.number(row.network_errors_out);
  rows.number(row.network_drops_in);
  rows.number(row.network_drops_out);
  rows.number(row.network_clock);
}

struct Cpus {
  double cpu_logical_count = none;
};

inline void put(Rows& rows, const Cpus& row) {
  if (!rows.open(cpus)) return;
  rows.number(row.cpu_logical_count);
}

struct Cores {
  double cpu_physical_count = none;
};

inline void put(Rows& rows, const Cores& row) {
  if (!rows.open(cores)) return;
  rows.number(row.cpu_physical_count);
}

struct Usable {
  double cpu_usable_count = none;
};

inline void put(Rows& rows, const Usable& row) {
  if (!rows.open(usable)) return;
  rows.number(row.cpu_usable_count);
}

struct Cpuinfo {
  std::string_view cpu_vendor;
  std::string_view cpu_model;
};

inline void put(Rows& rows, const Cpuinfo& row) {
  if (!rows.open(cpuinfo)) return;
  rows.text(row.cpu_vendor);
  rows.text(row.cpu_model);
}

struct Frequency {
  double cpu_frequency_current = none;
  double cpu_frequency_min = none;
  double cpu_frequency_max = none;
};

inline void put(Rows& rows, const Frequency& row) {
  if (!rows.open(frequency)) return;
  rows.number(row.cpu_frequency_current);
  rows.number(row.cpu_frequency_min);
  rows.number(row.cpu_frequency_max);
}

struct Machine {
  std::string_view os_machine;
  std::string_view os_virtualization;
};

inline void put(Rows& rows, const Machine& row) {
  if (!rows.open(machine)) return;
  rows.text(row.os_machine);
  rows.text(row.os_virtualization);
}

struct Swap {
  double swap_total = none;
  double swap_used = none;
  double swap_free = none;
  double swap_percent = none;
};

inline void put(Rows& rows, const Swap& row) {
  if (!rows.open(swap)) return;
  rows.number(row.swap_total);
  rows.number(row.swap_used);
  rows.number(row.swap_free);
  rows.number(row.swap_percent);
}

struct Vmstat {
  double swap_swapped_in = none;
  double swap_swapped_out = none;
};

inline void put(Rows& rows, const Vmstat& row) {
  if (!rows.open(vmstat)) return;
  rows.number(row.swap_swapped_in);
  rows.number(row.swap_swapped_out);
}

struct Pressure {
  double pressure_cpu_some_avg10 = none;
  double pressure_cpu_some_avg60 = none;
  double pressure_cpu_some_avg300 = none;
  double pressure_cpu_some_total = none;
  double pressure_cpu_full_avg10 = none;
  double pressure_cpu_full_avg60 = none;
  double pressure_cpu_full_avg300 = none;
  double pressure_cpu_full_total = none;
  double pressure_memory_some_avg10 = none;
  double pressure_memory_some_avg60 = none;
  double pressure_memory_some_avg300 = none;
  double pressure_memory_some_total = none;
  double pressure_memory_full_avg10 = none;
  double pressure_memory_full_avg60 = none;
  double pressure_memory_full_avg300 = none;
  double pressure_memory_full_total = none;
  double pressure_io_some_avg10 = none;
  double pressure_io_some_avg60 = none;
  double pressure_io_some_avg300 = none;
  double pressure_io_some_total = none;
  double pressure_io_full_avg10 = none;
  double pressure_io_full_avg60 = none;
  double pressure_io_full_avg300 = none;
  double pressure_io_full_total = none;
  double pressure_irq_some_avg10 = none;
  double pressure_irq_some_avg60 = none;
  double pressure_irq_some_avg300 = none;
  double pressure_irq_some_total = none;
  double pressure_irq_full_avg10 = none;
  double pressure_irq_full_avg60 = none;
  double pressure_irq_full_avg300 = none;
  double pressure_irq_full_total = none;
};

inline void put(Rows& rows, const Pressure& row) {
  if (!rows.open(pressure)) return;
  rows.number(row.pressure_cpu_some_avg10);
  rows.number(row.pressure_cpu_some_avg60);
  rows.number(row.pressure_cpu_some_avg300);
  rows.number(row.pressure_cpu_some_total);
  rows.number(row.pressure_cpu_full_avg10);
  rows.number(row.pressure_cpu_full_avg60);
  rows.number(row.pressure_cpu_full_avg300);
  rows.number(row.pressure_cpu_full_total);
  rows.number(row.pressure_memory_some_avg10);
  rows.number(row.pressure_memory_some_avg60);
  rows.number(row.pressure_memory_some_avg300);
  rows.number(row.pressure_memory_some_total);
  rows.number(row.pressure_memory_full_avg10);
  rows.number(row.pressure_memory_full_avg60);
  rows.number(row.pressure_memory_full_avg300);
  rows.number(row.pressure_memory_full_total);
  rows.number(row.pressure_io_some_avg10);
  rows.number(row.pressure_io_some_avg60);
  rows.number(row.pressure_io_some_avg300);
  rows.number(row.pressure_io_some_total);
  rows.number(row.pressure_io_full_avg10);
  rows.number(row.pressure_io_full_avg60);
  rows.number(row.pressure_io_full_avg300);
  rows.number(row.pressure_io_full_total);
  rows.number(row.pressure_irq_some_avg10);
  rows.number(row.pressure_irq_some_avg60);
  rows.number(row.pressure_irq_some_avg300);
  rows.number(row.pressure_irq_some_total);
  rows.number(row.pressure_irq_full_avg10);
  rows.number(row.pressure_irq_full_avg60);
  rows.number(row.pressure_irq_full_avg300);
  rows.number(row.pressure_irq_full_total);
}

struct Disks {
  double disk_io_read_count = none;
  double disk_io_write_count = none;
  double disk_io_read_bytes = none;
  double disk_io_write_bytes = none;
  double disk_io_read_time = none;
  double disk_io_write_time = none;
  double disk_io_busy_time = none;
  double disk_io_read_merged_count = none;
  double disk_io_write_merged_count = none;
  double disks_clock = none;
};

inline void put(Rows& rows, const Disks& row) {
  if (!rows.open(disks)) return;
  rows.number(row.disk_io_read_count);
  rows.number(row.disk_io_write_count);
  rows.number(row.disk_io_read_bytes);
  rows.number(row.disk_io_write_bytes);
  rows.number(row.disk_io_read_time);
  rows.number(row.disk_io_write_time);
  rows.number(row.disk_io_busy_time);
  rows.number(row.disk_io_read_merged_count);
  rows.number(row.disk_io_write_merged_count);
  rows.number(row.disks_clock);
}

constexpr uint32_t widths[] = {8, 11, 2, 16, 12, 3, 9, 1, 1, 1, 4, 3, 4, 4, 2, 32, 10, 0, 0, 0, 0, 0, 0};
constexpr uint32_t texts[] = {5, 681, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

}  // namespace system

void read_system(Host& host, const Request& request, Rows& rows);

namespace disk {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { device, sequence, properties, relations, io };

struct Device {
  std::string_view name;
  double kind = none;
  std::string_view alias;
};

inline void put(Rows& rows, const Device& row) {
  if (!rows.open(device)) return;
  rows.text(row.name);
  rows.number(row.kind);
  rows.text(row.alias);
}

struct Sequence {
  double sequence = none;
};

inline void put(Rows& rows, const Sequence& row) {
  if (!rows.open(sequence)) return;
  rows.number(row.sequence);
}

struct Properties {
  double size = none;
  std::string_view model;
  double rotational = none;
  double removable = none;
  double read_only = none;
};

inline void put(Rows& rows, const Properties& row) {
  if (!rows.open(properties)) return;
  rows.number(row.size);
  rows.text(row.model);
  rows.number(row.rotational);
  rows.number(row.removable);
  rows.number(row.read_only);
}

struct Relations {
  std::string_view parent_numbers;
  std::string_view child_numbers;
};

inline void put(Rows& rows, const Relations& row) {
  if (!rows.open(relations)) return;
  rows.items(row.parent_numbers);
  rows.items(row.child_numbers);
}

struct Io {
  double io_read_count = none;
  double io_write_count = none;
  double io_read_bytes = none;
  double io_write_bytes = none;
  double io_read_time = none;
  double io_write_time = none;
  double io_busy_time = none;
  double io_read_merged_count = none;
  double io_write_merged_count = none;
  double io_clock = none;
};

inline void put(Rows& rows, const Io& row) {
  if (!rows.open(io)) return;
  rows.number(row.io_read_count);
  rows.number(row.io_write_count);
  rows.number(row.io_read_bytes);
  rows.number(row.io_write_bytes);
  rows.number(row.io_read_time);
  rows.number(row.io_write_time);
  rows.number(row.io_busy_time);
  rows.number(row.io_read_merged_count);
  rows.number(row.io_write_merged_count);
  rows.number(row.io_clock);
}

constexpr uint32_t widths[] = {5, 1, 6, 4, 10};
constexpr uint32_t texts[] = {9, 0, 2, 5, 0};

}  // namespace disk

void read_disk(Host& host, const Request& request, Rows& rows);

namespace mount {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { mountinfo, usage };

struct Mountinfo {
  std::string_view device;
  std::string_view mountpoint;
  std::string_view fstype;
  std::string_view options;
  double device_number = none;
  double is_real = none;
  double is_duplicate = none;
  double is_reachable = none;
  double may_hang = none;
};

inline void put(Rows& rows, const Mountinfo& row) {
  if (!rows.open(mountinfo)) return;
  rows.text(row.device);
  rows.text(row.mountpoint);
  rows.text(row.fstype);
  rows.items(row.options);
  rows.number(row.device_number);
  rows.number(row.is_real);
  rows.number(row.is_duplicate);
  rows.number(row.is_reachable);
  rows.number(row.may_hang);
}

struct Usage {
  double usage_total = none;
  double usage_used = none;
  double usage_free = none;
  double usage_percent = none;
  double usage_inodes_total = none;
  double usage_inodes_free = none;
};

inline void put(Rows& rows, const Usage& row) {
  if (!rows.open(usage)) return;
  rows.number(row.usage_total);
  rows.number(row.usage_used);
  rows.number(row.usage_free);
  rows.number(row.usage_percent);
  rows.number(row.usage_inodes_total);
  rows.number(row.usage_inodes_free);
}

constexpr uint32_t widths[] = {13, 6};
constexpr uint32_t texts[] = {85, 0};

}  // namespace mount

void read_mount(Host& host, const Request& request, Rows& rows);

namespace service {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { units, files, description, unit, memory, cpu };

struct Units {
  std::string_view name;
  double manager = none;
  double status = none;
  std::string_view sub_status;
};

inline void put(Rows& rows, const Units& row) {
  if (!rows.open(units)) return;
  rows.text(row.name);
  rows.number(row.manager);
  rows.number(row.status);
  rows.text(row.sub_status);
}

struct Files {
  double start_type = none;
};

inline void put(Rows& rows, const Files& row) {
  if (!rows.open(files)) return;
  rows.number(row.start_type);
}

struct Description {
  std::string_view display_name;
  std::string_view description;
};

inline void put(Rows& rows, const Description& row) {
  if (!rows.open(description)) return;
  rows.text(row.display_name);
  rows.text(row.description);
}

struct Unit {
  std::string_view binary_path;
  std::string_view username;
  double pid = none;
  double started_at = none;
};

inline void put(Rows& rows, const Unit& row) {
  if (!rows.open(unit)) return;
  rows.text(row.binary_path);
  rows.text(row.username);
  rows.number(row.pid);
  rows.number(row.started_at);
}

struct Memory {
  double memory = none;
};

inline void put(Rows& rows, const Memory& row) {
  if (!rows.open(memory)) return;
  rows.number(row.memory);
}

struct Cpu {
  double cpu_time = none;
};

inline void put(Rows& rows, const Cpu& row) {
  if (!rows.open(cpu)) return;
  rows.number(row.cpu_time);
}

constexpr uint32_t widths[] = {6, 1, 4, 6, 1, 1};
constexpr uint32_t texts[] = {17, 0, 5, 5, 0, 0};

}  // namespace service

void read_service(Host& host, const Request& request, Rows& rows);

namespace heap {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { allocator };

struct Allocator {
  double used = none;
  double mmapped = none;
  double heap_count = none;
};

inline void put(Rows& rows, const Allocator& row) {
  if (!rows.open(allocator)) return;
  rows.number(row.used);
  rows.number(row.mmapped);
  rows.number(row.heap_count);
}

constexpr uint32_t widths[] = {3};
constexpr uint32_t texts[] = {0};

}  // namespace heap

void read_heap(Host& host, const Request& request, Rows& rows);

namespace event {

/** Indexes of the sources; the bit of a source in a mask is 1u << index. */
enum Source : uint32_t { told };

struct Told {
  double kind = none;
  double at = none;
  double ticks = none;
  double start_ticks = none;
  double ppid = none;
  std::string_view name;
  double exit_code = none;
  std::string_view signal;
};

inline void put(Rows& rows, const Told& row) {
  if (!rows.open(told)) return;
  rows.number(row.kind);
  rows.number(row.at);
  rows.number(row.ticks);
  rows.number(row.start_ticks);
  rows.number(row.ppid);
  rows.text(row.name);
  rows.number(row.exit_code);
  rows.text(row.signal);
}

constexpr uint32_t widths[] = {10};
constexpr uint32_t texts[] = {288};

}  // namespace event

void read_event(Host& host, const Request& request, Rows& rows);

struct Table {
  Shape shape;
  void (*read)(Host&, const Request&, Rows&);
  /** Read on a thread of its own. */
  bool apart;
};

constexpr Table tables[] = {
    {{"limit", limit::widths, sizeof(limit::widths) / sizeof(uint32_t), limit::texts}, read_limit, false},
    {{"environment", environment::widths, sizeof(environment::widths) / sizeof(uint32_t), environment::texts}, read_environment, false},
    {{"memoryMap", memory_map::widths, sizeof(memory_map::widths) / sizeof(uint32_t), memory_map::texts}, read_memory_map, false},
    {{"openFile", open_file::widths, sizeof(open_file::widths) / sizeof(uint32_t), open_file::texts}, read_open_file, false},
    {{"thread", thread::widths, sizeof(thread::widths) / sizeof(uint32_t), thread::texts}, read_thread, false},
    {{"owner", owner::widths, sizeof(owner::widths) / sizeof(uint32_t), owner::texts}, read_owner, false},
    {{"address", address::widths, sizeof(address::widths) / sizeof(uint32_t), address::texts}, read_address, false},
    {{"connection", connection::widths, sizeof(connection::widths) / sizeof(uint32_t), connection::texts}, read_connection, false},
    {{"network", network::widths, sizeof(network::widths) / sizeof(uint32_t), network::texts}, read_network, false},
    {{"process", process::widths, sizeof(process::widths) / sizeof(uint32_t), process::texts}, read_process, false},
    {{"cpu", cpu::widths, sizeof(cpu::widths) / sizeof(uint32_t), cpu::texts}, read_cpu, false},
    {{"temperature", temperature::widths, sizeof(temperature::widths) / sizeof(uint32_t), temperature::texts}, read_temperature, false},
    {{"fan", fan::widths, sizeof(fan::widths) / sizeof(uint32_t), fan::texts}, read_fan, false},
    {{"battery", battery::widths, sizeof(battery::widths) / sizeof(uint32_t), battery::texts}, read_battery, false},
    {{"session", session::widths, sizeof(session::widths) / sizeof(uint32_t), session::texts}, read_session, true},
    {{"system", system::widths, sizeof(system::widths) / sizeof(uint32_t), system::texts}, read_system, false},
    {{"disk", disk::widths, sizeof(disk::widths) / sizeof(uint32_t), disk::texts}, read_disk, false},
    {{"mount", mount::widths, sizeof(mount::widths) / sizeof(uint32_t), mount::texts}, read_mount, false},
    {{"service", service::widths, sizeof(service::widths) / sizeof(uint32_t), service::texts}, read_service, true},
    {{"heap", heap::widths, sizeof(heap::widths) / sizeof(uint32_t), heap::texts}, read_heap, false},
    {{"event", event::widths, sizeof(event::widths) / sizeof(uint32_t), event::texts}, read_event, false},
};

}  // namespace sysgraph
