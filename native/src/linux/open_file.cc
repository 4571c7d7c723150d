// The regular files a process has open, from /proc/PID/fd and fdinfo.
#include "open_file.h"

#include "path.h"

namespace sysgraph {
namespace {

using namespace open_file;

struct File {
  std::string path;
  int32_t fd;
  double position;
  double flags;
  bool is_deleted;
  double size;
  double allocated;
};

// What the kernel counts blocks in, whatever those of the file system are.
constexpr double block_size = 512;

struct FileList {
  ReadStatus status;
  std::vector<File> files;
};

std::string link_of(int32_t fd) { return "fd/" + std::to_string(fd); }

/**
 * Looked at through the descriptor, so that it is the very file, in whatever mount namespace. Without asking the
 * server of a network mount: that it is a file, it was when it was opened.
 */
bool take_file(ProcFiles& files, int32_t fd, File& file) {
  constexpr unsigned wanted = STATX_TYPE | STATX_INO | STATX_SIZE | STATX_BLOCKS;
  const std::string link = link_of(fd);
  struct statx of {};
  if (file.path[0] != '/') return false;
  if (files.about(link.c_str(), wanted, of) != ReadStatus::Ok || !S_ISREG(of.stx_mode)) return false;
  file.fd = fd;
  file.is_deleted = take_deleted(files, of.stx_ino, file.path);
  file.size = static_cast<double>(of.stx_size);
  file.allocated = static_cast<double>(of.stx_blocks) * block_size;
  return files.once(("fdinfo/" + std::to_string(fd)).c_str()) == ReadStatus::Ok &&
         parse(files.text(), file.position, file.flags);
}

/**
 * One that was closed since the list was made is not in it. Nothing at all may also mean that the process ended. To
 * list descriptors is one right, to follow them another: without that there is no list.
 */
FileList read_files(ProcFiles& files) {
  std::vector<int32_t> fds;
  FileList read{files.numbers("fd", fds), {}};
  for (const int32_t fd : fds) {
    File file{};
    const ReadStatus followed = files.link(link_of(fd).c_str(), file.path);
    if (followed == ReadStatus::Denied) return {followed, {}};
    if (followed == ReadStatus::Ok && take_file(files, fd, file)) read.files.push_back(std::move(file));
  }
  if (read.status == ReadStatus::Ok && read.files.empty() && !files.stands()) read.status = ReadStatus::Gone;
  return read;
}

void put_rows(int32_t pid, const FileList& read, Rows& rows) {
  for (const File& file : read.files) {
    rows.begin(pid);
    put(rows, Files{file.path, static_cast<double>(file.fd), file.position, mode_of(file.flags), file.flags,
                    static_cast<double>(file.is_deleted), file.size, file.allocated});
  }
}

}  // namespace

void read_open_file(Host& host, const Request& request, Rows& rows) {
  for (const int32_t pid : request.keys) {
    rows.count_read(files);
    const auto results = each_patiently(host.open_files, {pid}, host.proc, read_files);
    const std::optional<FileList>& read = results[0];
    const ReadStatus status = read ? read->status : ReadStatus::TimedOut;
    if (status == ReadStatus::Ok) {
      put_rows(pid, *read, rows);
    } else {
      rows.begin(pid);
      rows.fail(files, status);
    }
  }
}

}  // namespace sysgraph
