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
    if (rows.wants(process::status)) host.users.refresh();
  }

  void read(int pid) {
    pid_ = pid;
    rows_.begin(pid);
    if (rows_.wants(stat)) read_stat();
    if (rows_.wants(statm)) read_statm();
    if (rows_.wants(process::status)) read_status();
    if (rows_.wants(cmdline)) read_cmdline();
  }

 private:
  /** Reads /proc/PID/FILE, once, and counts it. */
  ReadStatus read_file(const char* file, Source source) {
    rows_.count_read(source);
    const ReadStatus status = file_.once(proc_, path(file));
    return status == ReadStatus::Gone && stands() ? ReadStatus::Absent : status;
  }

  /** A file that is not there means a process that is gone only if its stat is not there either. */
  bool stands() { return faccessat(proc_, path("stat"), F_OK, 0) == 0; }

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

  void read_stat() {
    Stat row;
    const auto parse = [&](std::string_view text) { return parse_stat(text, units_, row); };
    settle(stat, read_text("stat", stat, parse), row);
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
    std::string owner;
    if (status == ReadStatus::Ok) row.username = owner = host_.users.name(static_cast<uid_t>(row.uids_real));
    settle(process::status, status, row);
  }

  void read_cmdline() {
    std::string items;
    const auto parse = [&](std::string_view bytes) {
      items = parse_cmdline(bytes);
      return true;
    };
    const ReadStatus status = read_text("cmdline", cmdline, parse);
    settle(cmdline, status, Cmdline{items});
  }

  Host& host_;
  const int proc_;
  Rows& rows_;
  Units units_;
  FileReader file_;
  int pid_ = 0;
  char path_[64] = {};
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
