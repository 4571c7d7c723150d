// Processes, from /proc/PID.
#include "process.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <system_error>

#include "../parse.h"
#include "../posix/file.h"
#include "host.h"

namespace sysgraph {
namespace {

using namespace process;

/** Reads the rows of one call. */
class ProcessReader {
 public:
  ProcessReader(Host& host, int proc, Rows& rows) : host_(host), proc_(proc), rows_(rows) {
    units_ = {rows.wants(stat) ? host.boot_time() : none, host.ticks_per_second, host.page_size};
    if (rows.wants(user)) host.users.refresh();
  }

  void read(int pid) {
    pid_ = pid;
    letter_known_ = false;
    comm_.clear();
    rows_.begin(pid);
    if (rows_.wants_any(1u << stat | 1u << name)) read_stat();
    if (rows_.wants(cmdline) || (rows_.wants(name) && comm_.size() >= cut)) read_cmdline();
    if (rows_.wants(statm)) read_statm();
    if (rows_.wants_any(1u << status | 1u << user)) read_status();
  }

 private:
  /** Reads /proc/PID/FILE, once, and counts it. */
  ReadStatus read_file(const char* file, Source source) {
    rows_.count_read(source);
    return sure(file_.once(proc_, path(file)), file);
  }

  template <typename Parse>
  ReadStatus read_text(const char* file, Source source, Parse parse) {
    const ReadStatus status = read_file(file, source);
    return status == ReadStatus::Ok && !parse(file_.text()) ? ReadStatus::Malformed : status;
  }

  template <typename Row>
  void settle(Source source, ReadStatus status, const Row& row) {
    if (status == ReadStatus::Ok) {
      put(rows_, row);
    } else {
      rows_.fail(source, status);
    }
  }

  const char* path(const char* file) {
    std::snprintf(path_, sizeof path_, "%d/%s", pid_, file);
    return path_;
  }

  /** A file that is not there means a process that is gone only if its stat is not there either. */
  ReadStatus sure(ReadStatus status, const char* file) {
    if (status != ReadStatus::Gone || file == stat_file || faccessat(proc_, path(stat_file), F_OK, 0) != 0)
      return status;
    return is_zombie() ? ReadStatus::Zombie : ReadStatus::Unsupported;
  }

  ReadStatus read_stat_row(Stat& row) {
    std::string_view comm;
    const auto parse = [&](std::string_view text) { return parse_stat(text, units_, row, comm); };
    const ReadStatus status = read_text(stat_file, stat, parse);
    if (status != ReadStatus::Ok) return status;
    comm_.assign(comm);
    zombie_ = row.status == static_cast<double>(ProcessStatus::Zombie);
    letter_known_ = true;
    return status;
  }

  void read_stat() {
    Stat row;
    const ReadStatus status = read_stat_row(row);
    settle(stat, status, row);
    if (comm_.size() < cut) settle(name, status, Name{comm_});
  }

  bool is_zombie() {
    Stat row;
    return (letter_known_ || read_stat_row(row) == ReadStatus::Ok) && zombie_;
  }

  void read_cmdline() {
    ReadStatus status = read_file("cmdline", cmdline);
    const std::string items = status == ReadStatus::Ok ? parse_cmdline(file_.text()) : std::string();
    // Where the command line is denied or gone the short name is still a name.
    if (comm_.size() >= cut) put(rows_, Name{full_name(comm_, items)});
    if (rows_.wants(cmdline) && status == ReadStatus::Ok && items.empty() && is_zombie()) status = ReadStatus::Zombie;
    settle(cmdline, status, Cmdline{items});
  }

  void read_statm() {
    Statm row;
    const auto parse = [&](std::string_view text) { return parse_statm(text, units_, row); };
    settle(statm, read_text("statm", statm, parse), row);
  }

  void read_status() {
    process::Status row;
    const auto parse = [&](std::string_view text) { return parse_status(text, row); };
    const ReadStatus status = read_text("status", process::status, parse);
    settle(process::status, status, row);
    const std::string owner = rows_.wants(user) && status == ReadStatus::Ok ? owner_of(row) : std::string();
    settle(user, status, User{owner});
  }

  std::string owner_of(const process::Status& row) { return host_.users.name(static_cast<uid_t>(row.uids_real)); }

  static constexpr const char* stat_file = "stat";
  /** The kernel keeps so many bytes of a name: one as long may have been longer. */
  static constexpr size_t cut = 15;
  Host& host_;
  const int proc_;
  Rows& rows_;
  Units units_;
  FileReader file_;
  int pid_ = 0;
  char path_[64] = {};
  std::string comm_;
  bool zombie_ = false;
  bool letter_known_ = false;
};

bool pid_of(const char* name, int32_t& pid) {
  std::string_view text(name);
  double value = 0;
  if (text.empty() || !is_digit(text[0]) || !take_number(text, value) || !text.empty() || value > INT32_MAX)
    return false;
  pid = static_cast<int32_t>(value);
  return true;
}

std::vector<int32_t> list_pids(const std::string& proc) {
  std::vector<int32_t> pids;
  DIR* directory = opendir(proc.c_str());
  if (directory == nullptr) throw std::system_error(errno, std::generic_category(), "cannot list " + proc);
  while (const dirent* entry = readdir(directory)) {
    int32_t pid = 0;
    if (pid_of(entry->d_name, pid)) pids.push_back(pid);
  }
  closedir(directory);
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

void read_process(Host& host, const Request& request, Rows& rows) {
  const Descriptor proc(open_directory(host.proc));
  ProcessReader reader(host, proc.get(), rows);
  if (!request.all) {
    for (const int32_t pid : request.keys) reader.read(pid);
    return;
  }
  const std::vector<int32_t> pids = list_pids(host.proc);
  std::vector<int32_t> known(request.keys);
  std::sort(known.begin(), known.end());
  for (const int32_t pid : pids) {
    if (!std::binary_search(known.begin(), known.end(), pid)) reader.read(pid);
  }
}

}  // namespace sysgraph
