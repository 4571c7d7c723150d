// What an address space is made of, from /proc/PID/smaps.
#include <set>

#include "path.h"
#include "smaps.h"

namespace sysgraph {
namespace {

using namespace memory_map;

/** What was read of one process: the file, and which of the paths in it do end like those of what is gone. */
struct Text {
  ReadStatus status;
  std::string text;
  std::set<std::string, std::less<>> marked;
};

Text read_text(ProcFiles& files) {
  Text read{files.whole("smaps"), {}, {}};
  if (read.status != ReadStatus::Ok) return read;
  read.text = files.text();
  const auto look = [&](const smaps::Region& region, Smaps&) {
    std::string path(region.path);
    if (is_marked(path) && read.marked.count(path) == 0 && !take_deleted(files, region.inode, path))
      read.marked.insert(path);
  };
  smaps::parse(read.text, look);
  return read;
}

void put_rows(int32_t pid, const Text& read, Rows& rows) {
  const auto take = [&](const smaps::Region& region, Smaps& row) {
    const bool is_gone = is_marked(region.path) && read.marked.count(region.path) == 0;
    row.path = region.path.substr(0, region.path.size() - (is_gone ? deleted_mark.size() : 0));
    row.address = region.address;
    row.permissions = region.permissions;
    rows.begin(pid);
    put(rows, row);
  };
  smaps::parse(read.text, take);
}

/** What is cut shows only at its end: it is looked at once before anything is put. */
ReadStatus status_of(const std::optional<Text>& read) {
  if (!read) return ReadStatus::TimedOut;
  if (read->status != ReadStatus::Ok) return read->status;
  const bool is_whole = smaps::parse(read->text, [](const smaps::Region&, Smaps&) {});
  return is_whole ? ReadStatus::Ok : ReadStatus::Malformed;
}

}  // namespace

void read_memory_map(Host& host, const Request& request, Rows& rows) {
  for (const int32_t pid : request.keys) {
    rows.count_read(memory_map::smaps);
    const auto results = each_patiently(host.page_tables, {pid}, host.proc, read_text);
    const std::optional<Text>& read = results[0];
    const ReadStatus status = status_of(read);
    if (status == ReadStatus::Ok) {
      put_rows(pid, *read, rows);
    } else {
      rows.begin(pid);
      rows.fail(memory_map::smaps, status);
    }
  }
}

}  // namespace sysgraph
