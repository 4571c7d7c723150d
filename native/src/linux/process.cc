// Processes, from /proc/PID.
#include "process.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>

#include <algorithm>
#include <system_error>

#include "../parse.h"
#include "cgroup.h"
#include "cpus.h"
#include "io_priority.h"
#include "path.h"
#include "pidfd.h"
#include "proof.h"
#include "smaps.h"

namespace sysgraph {
namespace {

using namespace process;

struct Footprint {
  ReadStatus status;
  Rollup row;
};

/** What has no address space (a zombie, a thread of the kernel) has no rollup, but a smaps with nothing in it. */
Footprint read_footprint(ProcFiles& files) {
  Footprint read{files.once("smaps_rollup"), {}};
  if (read.status == ReadStatus::Absent) read.status = files.whole("smaps");
  if (read.status == ReadStatus::Ok && !smaps::parse_footprint(files.text(), read.row))
    read.status = ReadStatus::Malformed;
  return read;
}

struct Arguments {
  ReadStatus status;
  /** Of what the kernel gave. */
  size_t size;
  std::string items;
};

/** They stand in the memory of the process, whose lock somebody may hold who waits for what never comes. */
Arguments read_arguments(ProcFiles& files) {
  const ReadStatus status = files.once("cmdline");
  return {status, files.text().size(), parse_cmdline(files.text())};
}

/** Of a path that shows that it may be gone: where it lies is looked at, which may hang. */
template <const char* link>
std::string settled_path(ProcFiles& files) {
  std::string path;
  struct statx of {};
  files.link(link, path);
  files.about(link, STATX_INO, of);
  take_deleted(files, of.stx_ino, path);
  return path;
}

constexpr char exe_link[] = "exe";
constexpr char cwd_link[] = "cwd";

constexpr uint32_t line_sources = 1u << stat | 1u << state | 1u << parent;

/** Reads the rows of one call. */
class ProcessReader {
 public:
  ProcessReader(Host& host, Rows& rows) : host_(host), files_(host.proc), rows_(rows), proofs_(host, files_, rows) {
    units_ = {rows.wants(stat) ? host.boot_time() : none, host.ticks_per_second, host.page_size,
              rows.wants(statm) ? total_memory() : none};
    if (rows.wants(ids)) host.users.refresh();
  }

  /** All there are but those of `except`. */
  void read_all(std::vector<int32_t> except) {
    std::vector<ProcessEntry> all;
    if (proofs_.list(all) != ReadStatus::Ok)
      throw std::system_error(errno, std::generic_category(), "cannot list " + host_.proc);
    std::sort(except.begin(), except.end());
    const auto is_known = [&](const ProcessEntry& each) {
      return std::binary_search(except.begin(), except.end(), each.pid);
    };
    all.erase(std::remove_if(all.begin(), all.end(), is_known), all.end());
    read(all);
  }

  void read(const std::vector<ProcessEntry>& processes) {
    proofs_.look(processes);
    std::vector<int32_t> pids;
    pids.reserve(processes.size());
    for (const ProcessEntry& each : processes) pids.push_back(each.pid);
    // For all processes together, since it takes a thread.
    if (rows_.wants(rollup)) footprints_ = each_patiently(host_.page_tables, pids, host_.proc, read_footprint);
    const std::vector<int32_t> lacking = proofs_.lacking(cmdline, pids);
    if (rows_.wants(cmdline)) arguments_ = each_patiently(host_.arguments, lacking, host_.proc, read_arguments);
    rows_.reserve(pids.size());
    for (index_ = 0; index_ < pids.size(); index_++) read(pids[index_]);
  }

 private:
  struct Reader {
    Source source;
    void (ProcessReader::*read)();
  };

  void read(int32_t pid) {
    static constexpr Reader readers[] = {
        {stat, &ProcessReader::read_stat},
        {state, &ProcessReader::read_state},
        {parent, &ProcessReader::read_parent},
        {statm, &ProcessReader::read_statm},
        {process::status, &ProcessReader::read_status},
        {ids, &ProcessReader::read_ids},
        {cmdline, &ProcessReader::read_cmdline},
        {exe, &ProcessReader::read_exe},
        {cwd, &ProcessReader::read_cwd},
        {io, &ProcessReader::read_io},
        {fds, &ProcessReader::read_fds},
        {rollup, &ProcessReader::read_rollup},
        {process::cgroup, &ProcessReader::read_cgroup},
        {ionice, &ProcessReader::read_ionice},
        {affinity, &ProcessReader::read_affinity},
    };
    pid_ = pid;
    files_.select(pid);
    rows_.begin(pid);
    begin();
    for (const Reader& reader : readers) {
      if (!rows_.wants(reader.source)) continue;
      if (!is_known(reader.source)) rows_.count_read(reader.source);
      (this->*reader.read)();
    }
    proofs_.keep();
  }

  /** Its stat, if it has to be read. */
  void begin() {
    proofs_.select(index_, pid_);
    has_line_ = needs_line();
    if (has_line_) read_line();
    const bool is_told = has_line_ && line_status_ == ReadStatus::Ok;
    const Stat* const told = is_told ? &line_ : proofs_.rest() != nullptr ? &proofs_.rest()->stat : nullptr;
    is_kernel_thread_ = told != nullptr && told->is_kernel_thread == 1;
  }

  bool needs_line() {
    if (rows_.wants(state) || proofs_.wants_line()) return true;
    if (proofs_.rest() == nullptr) return rows_.wants_any(line_sources);
    return rows_.wants(parent) && !proofs_.knows_parent();
  }

  /** Nothing more has to be read for it. */
  bool is_known(Source source) const {
    // A thread of the kernel has no address space.
    if (source == statm) return is_kernel_thread_;
    return (line_sources >> source & 1u) != 0 || proofs_.knows(source);
  }

  /** Once a call; what else stands in the file is not looked at. */
  double total_memory() {
    FileReader file;
    double kilobytes = none;
    if (host_.read_often(host_.proc + "/meminfo", file) != ReadStatus::Ok) return none;
    std::string_view text = file.text();
    constexpr std::string_view key = "MemTotal:";
    if (!starts_with(text, key)) return none;
    text.remove_prefix(key.size());
    return take_number(text, kilobytes) && kilobytes > 0 ? kilobytes * 1024 : none;
  }

  template <typename Parse>
  ReadStatus parsed(ReadStatus status, Parse parse) {
    return status == ReadStatus::Ok && !parse(files_.text()) ? ReadStatus::Malformed : status;
  }

  template <typename Parse>
  ReadStatus read_text(const char* file, Parse parse) {
    return parsed(files_.once(file), parse);
  }

  template <typename Row>
  void settle(Source source, ReadStatus status, const Row& row) {
    if (status == ReadStatus::Ok) {
      put(rows_, row);
    } else {
      rows_.fail(source, status);
    }
  }

  /** Once a process, whichever of its sources are wanted: its text stays as it is until they are put. */
  void read_line() {
    rows_.count_read(rows_.wants(stat) || !rows_.wants_any(line_sources) ? stat : rows_.wants(state) ? state : parent);
    line_ = {};
    line_.stat_clock = since_boot();
    // Where its state is not wanted it is read when it has run, and rests then.
    const ReadStatus status = proofs_.read(Kept::Stat, "stat", rows_.wants(state));
    line_status_ = parsed(status, [&](std::string_view text) { return parse_stat(text, units_, line_); });
    if (line_status_ == ReadStatus::Ok && (line_.is_thread || !proofs_.take(line_))) line_status_ = ReadStatus::Gone;
    if (line_status_ == ReadStatus::Gone) proofs_.drop();
  }

  void read_stat() {
    if (has_line_) return settle<Stat>(stat, line_status_, line_);
    const Rest& rest = *proofs_.rest();
    Stat row = rest.stat;
    row.comm = rest.name;
    row.create_time = create_time(row.start_ticks, units_);
    row.stat_clock = since_boot();
    put(rows_, row);
  }

  void read_state() {
    std::string terminal;
    const bool has_terminal = line_status_ == ReadStatus::Ok && line_.tty != 0;
    if (has_terminal) terminal = host_.terminals.name(host_.root, line_.tty, has_looked_);
    line_.terminal = text_or_none(terminal);
    settle<State>(state, line_status_, line_);
  }

  void read_parent() {
    if (has_line_) return settle<Parent>(parent, line_status_, line_);
    put(rows_, Parent{proofs_.rest()->ppid});
  }

  void read_statm() {
    Statm row;
    const auto parse = [&](std::string_view text) { return parse_statm(text, units_, row); };
    const bool is_known = is_kernel_thread_ && parse("0 0 0 0 0 0 0\n");
    settle(statm, is_known ? ReadStatus::Ok : parsed(proofs_.read(Kept::Statm, "statm", true), parse), row);
  }

  void read_status() {
    process::Status row;
    const auto parse = [&](std::string_view text) { return parse_status(text, row); };
    status_ = read_text("status", parse);
    settle(process::status, status_, row);
  }

  /** Right after status: its text is still there. */
  void read_ids() {
    Ids row;
    ReadStatus status = ReadStatus::Ok;
    if (is_known(ids)) {
      row = proofs_.rest()->ids;
    } else {
      status = find_ids(row);
      Rest* const kept = status == ReadStatus::Ok ? proofs_.room(ids) : nullptr;
      if (kept != nullptr) kept->ids = row;
    }
    const std::string owner = status == ReadStatus::Ok ? host_.users.name(bits_of(row.uids_real)) : "";
    row.username = owner;
    settle(ids, status, row);
  }

  ReadStatus find_ids(Ids& row) {
    const auto parse = [&](std::string_view text) { return parse_ids(text, row); };
    if (rows_.wants(process::status)) return parsed(status_, parse);
    return host_.live && ids_of(pid_, row) ? ReadStatus::Ok : read_text("status", parse);
  }

  void read_cmdline() {
    if (is_known(cmdline)) return put(rows_, Cmdline{proofs_.rest()->arguments_size, proofs_.rest()->arguments});
    const std::optional<Arguments>& read = arguments_[next_arguments_++];
    if (!read) return rows_.fail(cmdline, ReadStatus::TimedOut);
    settle(cmdline, read->status, Cmdline{static_cast<double>(read->size), read->items});
    Rest* const kept = read->status == ReadStatus::Ok ? proofs_.room(cmdline) : nullptr;
    if (kept == nullptr) return;
    kept->arguments_size = static_cast<double>(read->size);
    kept->arguments = read->items;
  }

  template <const char* link>
  ReadStatus read_link(std::string& path) {
    const ReadStatus status = files_.link(link, path);
    if (status != ReadStatus::Ok || !is_marked(path)) return status;
    const auto settled = each_patiently(host_.paths, {pid_}, host_.proc, settled_path<link>)[0];
    if (!settled) return ReadStatus::TimedOut;
    path = *settled;
    return ReadStatus::Ok;
  }

  void read_exe() {
    std::string path;
    const ReadStatus status = read_link<exe_link>(path);
    settle(exe, status, Exe{path});
  }

  void read_cwd() {
    std::string path;
    const ReadStatus status = read_link<cwd_link>(path);
    settle(cwd, status, Cwd{path});
  }

  void read_io() {
    Io row;
    ReadStatus status = ReadStatus::Ok;
    if (is_known(io)) row = proofs_.rest()->io;
    row.io_clock = since_boot();
    if (!is_known(io)) {
      status = read_text("io", [&](std::string_view text) { return parse_io(text, row); });
      Rest* const kept = status == ReadStatus::Ok ? proofs_.room(io) : nullptr;
      if (kept != nullptr) kept->io = row;
    }
    settle(io, status, row);
  }

  /** The size of the folder is the number, since Linux 6.2; before that, and where there are none, it is 0. */
  void read_fds() {
    struct statx of {};
    std::vector<int32_t> numbers;
    ReadStatus status = files_.about("fd", STATX_SIZE, of);
    const bool is_told = status == ReadStatus::Ok && of.stx_size > 0 && host_.live;
    if (status == ReadStatus::Ok && !is_told) status = files_.numbers("fd", numbers);
    settle(fds, status, Fds{static_cast<double>(is_told ? of.stx_size : numbers.size())});
  }

  void read_rollup() {
    const std::optional<Footprint>& read = footprints_[index_];
    settle(rollup, read ? read->status : ReadStatus::TimedOut, read ? read->row : Rollup{});
  }

  void read_cgroup() {
    std::string_view path;
    const ReadStatus status = read_text("cgroup", [&](auto text) { return sysgraph::cgroup::parse(text, path); });
    const auto [container, unit, services] = sysgraph::cgroup::place_of(path);
    settle(process::cgroup, status,
           Cgroup{path, text_or_none(container.id), container.runtime, text_or_none(unit), services});
  }

  void read_ionice() {
    if (!host_.live) return;
    const long priority = syscall(SYS_ioprio_get, kIoWhoProcess, pid_);
    if (priority < 0) return rows_.fail(ionice, status_of(errno));
    settle(ionice, ReadStatus::Ok, ionice_of(static_cast<unsigned>(priority)));
  }

  /** However many CPUs the kernel was built for: a set that is too small for them is refused. */
  void read_affinity() {
    if (!host_.live) return;
    std::vector<unsigned long> words(16);
    long bytes = -1;
    while ((bytes = syscall(SYS_sched_getaffinity, pid_, words.size() * sizeof words[0], words.data())) < 0) {
      if (errno != EINVAL || words.size() > 4096) return rows_.fail(affinity, status_of(errno));
      words.resize(words.size() * 2);
    }
    const std::string list = cpu_list(words.data(), static_cast<size_t>(bytes) / sizeof words[0]);
    settle(affinity, ReadStatus::Ok, Affinity{text_or_none(list)});
  }

  static std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Host& host_;
  ProcFiles files_;
  Rows& rows_;
  Proofs proofs_;
  Units units_;
  /** How the last read of status ended. */
  ReadStatus status_ = ReadStatus::Ok;
  int32_t pid_ = 0;
  /** What its stat says, if that was read, and how the read ended. */
  bool has_line_ = false;
  StatLine line_;
  ReadStatus line_status_ = ReadStatus::Ok;
  /** As its stat says, if that was read. */
  bool is_kernel_thread_ = false;
  /** Place of the process in the call. */
  size_t index_ = 0;
  std::vector<std::optional<Footprint>> footprints_;
  /** Of those whose command line was to be read. */
  std::vector<std::optional<Arguments>> arguments_;
  size_t next_arguments_ = 0;
  /** Terminals were looked for in this call. */
  bool has_looked_ = false;
};

std::vector<ProcessEntry> of_pids(const std::vector<int32_t>& pids) {
  std::vector<ProcessEntry> all;
  all.reserve(pids.size());
  for (const int32_t pid : pids) all.push_back({pid});
  return all;
}

}  // namespace

void read_process(Host& host, const Request& request, Rows& rows) {
  ProcessReader reader(host, rows);
  if (request.lists()) return reader.read_all(request.keys);
  reader.read(of_pids(request.keys));
}

}  // namespace sysgraph
