// Processes, from /proc/PID.
#include "process.h"

#include <dirent.h>

#include <algorithm>
#include <system_error>

#include "../parse.h"
#include "proc.h"

namespace sysgraph {
namespace {

using namespace process;

/** Reads the rows of one call. */
class ProcessReader {
 public:
  ProcessReader(Host& host, Rows& rows) : host_(host), files_(host), rows_(rows) {
    units_ = {rows.wants(stat) ? host.boot_time() : none, host.ticks_per_second, host.page_size};
    if (rows.wants(process::status)) host.users.refresh();
  }

  void read(int pid) {
    files_.select(pid);
    rows_.begin(pid);
    if (rows_.wants(stat)) read_stat();
    if (rows_.wants(statm)) read_statm();
    if (rows_.wants(process::status)) read_status();
    if (rows_.wants(cmdline)) read_cmdline();
  }

 private:
  template <typename Parse>
  ReadStatus read_text(const char* file, Source source, Parse parse) {
    rows_.count_read(source);
    const ReadStatus status = files_.once(file);
    return status == ReadStatus::Ok && !parse(files_.text()) ? ReadStatus::Malformed : status;
  }

  template <typename Row>
  void settle(Source source, ReadStatus status, const Row& row) {
    if (status == ReadStatus::Ok) {
      put(rows_, row);
    } else {
      rows_.fail(source, status);
    }
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
  ProcFiles files_;
  Rows& rows_;
  Units units_;
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
  ProcessReader reader(host, rows);
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
