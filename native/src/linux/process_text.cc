#include "process.h"

#include <cstring>

#include "../parse.h"
#include "cpus.h"

namespace sysgraph::process {

static ProcessStatus status_of_letter(char letter) {
  switch (letter) {
    case 'R':
      return ProcessStatus::Running;
    case 'S':
      return ProcessStatus::Sleeping;
    case 'D':
      return ProcessStatus::DiskSleep;
    case 'T':
      return ProcessStatus::Stopped;
    case 't':
      return ProcessStatus::TracingStop;
    case 'Z':
      return ProcessStatus::Zombie;
    case 'X':
    case 'x':
      return ProcessStatus::Dead;
    case 'K':
      return ProcessStatus::WakeKill;
    case 'W':
      return ProcessStatus::Waking;
    case 'P':
      return ProcessStatus::Parked;
    case 'I':
      return ProcessStatus::Idle;
    default:
      return ProcessStatus::Unknown;
  }
}

namespace {

/** As rfind, many bytes at a time: half a line stands behind it. */
size_t last_of(std::string_view text, char c) {
  const void* const at = memrchr(text.data(), c, text.size());
  return at == nullptr ? std::string_view::npos : static_cast<size_t>(static_cast<const char*>(at) - text.data());
}

/** The numbers of stat by their place in proc(5), from field 4 on; what an older kernel lacks is none. */
class Fields {
 public:
  explicit Fields(std::string_view text) {
    while (count_ < last + 1 && take_number(text, values_[count_])) count_++;
    whole_ = count_ == last + 1 || text.empty();
  }
  double operator[](unsigned field) const { return field < count_ ? values_[field] : none; }
  bool has(unsigned field) const { return whole_ && field < count_; }

 private:
  static constexpr unsigned last = 49;
  double values_[last + 1] = {0, 0, 0, 0};
  unsigned count_ = 4;
  bool whole_ = false;
};

}  // namespace

double create_time(double start_ticks, const Units& units) {
  return units.boot_time + std::round(start_ticks * 1000 / units.ticks_per_second);
}

bool parse_stat(std::string_view text, const Units& units, StatLine& row) {
  // Without its end of line the text was cut, and its last number may be.
  if (text.empty() || text.back() != '\n') return false;
  const size_t open = text.find('(');
  const size_t close = last_of(text, ')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return false;
  std::string_view rest = text.substr(close + 1);
  rest.remove_suffix(1);
  skip_blanks(rest);
  if (rest.empty()) return false;
  const char letter = rest[0];
  rest.remove_prefix(1);
  const Fields field(rest);
  if (!field.has(22)) return false;

  constexpr unsigned exiting = 0x00000004;
  constexpr unsigned kernel_thread = 0x00200000;
  constexpr size_t kept = 15;
  const auto seconds = [&](unsigned n) { return field[n] / units.ticks_per_second; };
  row.comm = text.substr(open + 1, close - open - 1);
  row.is_comm_cut = row.comm.size() >= kept;
  row.start_ticks = field[22];
  row.started = seconds(22);
  row.ppid = field[4];
  row.status = static_cast<double>(status_of_letter(letter));
  row.create_time = create_time(row.start_ticks, units);
  row.has_ended = letter == 'Z' || letter == 'X' || letter == 'x';
  row.is_exiting = (bits_of(field[9]) & exiting) != 0;
  row.is_kernel_thread = (bits_of(field[9]) & kernel_thread) != 0;
  // Nobody is told of its end; of that of a process somebody is, if by no signal, which is 0.
  row.is_thread = field[38] == -1;
  // Zero is where they may not be known.
  if (field[49] > field[48] && field[48] > 0) row.arguments_size = field[49] - field[48];
  row.tty = field[7];
  row.nice = field[19];
  row.num_threads = field[20];
  row.cpu_num = field[39];
  row.cpu_times_user = seconds(14);
  row.cpu_times_system = seconds(15);
  row.cpu_times_children_user = seconds(16);
  row.cpu_times_children_system = seconds(17);
  row.cpu_times_iowait = seconds(42);
  row.page_faults_minor = field[10];
  row.page_faults_major = field[12];
  return true;
}

bool parse_statm(std::string_view text, const Units& units, Statm& row) {
  if (text.empty() || text.back() != '\n') return false;
  double* const columns[] = {&row.memory_vms, &row.memory_rss, &row.memory_shared, &row.memory_text};
  for (double* column : columns) {
    if (!take_number(text, *column)) return false;
    *column *= units.page_size;
  }
  double library = none;
  if (take_number(text, library) && take_number(text, row.memory_data)) row.memory_data *= units.page_size;
  row.memory_percent = std::round(row.memory_rss / units.memory * 1000) / 10;
  return true;
}

namespace {

struct StatusLine {
  std::string_view key;
  double Status::*column;
};

constexpr StatusLine memory_lines[] = {
    {"VmPeak", &Status::memory_peak_vms},      {"VmHWM", &Status::memory_peak_rss},
    {"VmLck", &Status::memory_locked},         {"RssAnon", &Status::memory_rss_anon},
    {"RssFile", &Status::memory_rss_file},     {"RssShmem", &Status::memory_rss_shmem},
    {"VmStk", &Status::memory_stack},          {"VmSwap", &Status::memory_swap},
    {"HugetlbPages", &Status::memory_hugetlb},
};

constexpr StatusLine count_lines[] = {
    {"voluntary_ctxt_switches", &Status::ctx_switches_voluntary},
    {"nonvoluntary_ctxt_switches", &Status::ctx_switches_involuntary},
};

bool take_ids(std::string_view text, double& real, double& effective, double& saved) {
  return take_number(text, real) && take_number(text, effective) && take_number(text, saved);
}

/** Takes one line; false if it is one of ours and cannot be understood. */
bool take_status_line(std::string_view key, std::string_view value, Status& row) {
  if (key == "Cpus_allowed_list") {
    skip_blanks(value);
    row.eligible_cpus = value;
    return is_cpu_list(value);
  }
  for (const StatusLine& line : memory_lines) {
    if (key != line.key) continue;
    if (!take_number(value, row.*line.column)) return false;
    row.*line.column *= 1024;
    return true;
  }
  for (const StatusLine& line : count_lines) {
    if (key == line.key) return take_number(value, row.*line.column);
  }
  return true;
}

}  // namespace

bool parse_status(std::string_view text, Status& row) {
  bool has_memory = false;
  bool is_past_memory = false;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    has_memory |= key == "VmSize";
    is_past_memory |= key == "Threads";
    if (key != "Name" && !take_status_line(key, line, row)) return false;
  }
  // A kernel thread or a zombie has no address space: its figures are not unknown but nothing.
  for (const StatusLine& of : memory_lines) {
    if (is_past_memory && !has_memory) row.*of.column = 0;
  }
  return is_past_memory;
}

bool parse_ids(std::string_view text, Ids& row) {
  bool has_users = false;
  bool has_groups = false;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    if (key == "Uid") has_users = take_ids(line, row.uids_real, row.uids_effective, row.uids_saved);
    if (key == "Gid") has_groups = take_ids(line, row.gids_real, row.gids_effective, row.gids_saved);
  }
  return has_users && has_groups;
}

bool parse_io(std::string_view text, Io& row) {
  constexpr struct {
    std::string_view key;
    double Io::*column;
  } lines[] = {
      {"rchar", &Io::io_read_chars},  {"wchar", &Io::io_write_chars},     {"syscr", &Io::io_read_count},
      {"syscw", &Io::io_write_count}, {"read_bytes", &Io::io_read_bytes}, {"write_bytes", &Io::io_write_bytes},
  };
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view key = take(line, ':');
    for (const auto& known : lines) {
      if (key == known.key && !take_number(line, row.*known.column)) return false;
    }
  }
  return row.io_read_count >= 0 && row.io_write_count >= 0;
}

Ionice ionice_of(unsigned priority) {
  constexpr IoClass classes[] = {IoClass::None, IoClass::Realtime, IoClass::BestEffort, IoClass::Idle};
  const unsigned number = priority >> 13 & 7;
  const IoClass io_class = number < 4 ? classes[number] : IoClass::Unknown;
  return {static_cast<double>(io_class), static_cast<double>(priority & 7)};
}

std::string parse_cmdline(std::string_view bytes) {
  std::string items(bytes);
  if (items.empty() || items.back() == '\0') return items;
  // A program that overwrote its arguments past their end left one text with blanks.
  if (items.back() == ' ') items.pop_back();
  for (char& c : items) {
    if (c == ' ') c = '\0';
  }
  items.push_back('\0');
  return items;
}

}  // namespace sysgraph::process
