// The regular files that a process has open, from the table of its handles.
#include "bytes.h"
#include "inside.h"
#include "ntdll.h"
#include "process_table.h"
#include "processes.h"

namespace sysgraph {
namespace {

using namespace open_file;
using process::HandleEntry;
using process::HandleTable;

/** What a handle turned out to be. */
struct File {
  bool is_regular = false;
  std::string path;
  double position = none;
  double size = none;
  double allocated = none;
  bool is_deleted = false;
};

/** Of any other object, as a pipe that somebody waits at, it would hang to ask for more than this. */
bool is_file(HANDLE object) {
  std::string buffer;
  const LONG status = ask_growing(buffer, 1024, [&](void* into, ULONG size, ULONG* needed) {
    return NtQueryObject(object, object_type, into, size, needed);
  });
  const auto base = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(buffer.data()));
  return status >= 0 && Bytes(buffer, base).text(0) == "File";
}

std::string path_of(HANDLE file) {
  constexpr std::string_view prefix = "\\\\?\\";
  std::vector<wchar_t> name(32768);
  const DWORD length = GetFinalPathNameByHandleW(file, name.data(), static_cast<DWORD>(name.size()), VOLUME_NAME_DOS);
  if (length == 0 || length >= name.size()) return "";
  const std::string path = utf8_of(name.data(), length);
  return path.compare(0, prefix.size(), prefix) == 0 ? path.substr(prefix.size()) : path;
}

/** Everything here may hang; who waits for it gives up, and the handle is closed when it comes back. */
File look_at(uint32_t pid, uint64_t number) {
  File file;
  const Handle process = open_process(pid, PROCESS_DUP_HANDLE);
  if (!process) return file;
  Handle own;
  auto* const theirs = reinterpret_cast<HANDLE>(static_cast<uintptr_t>(number));
  if (!DuplicateHandle(process.get(), theirs, GetCurrentProcess(), own.into(), 0, FALSE, DUPLICATE_SAME_ACCESS))
    return file;
  if (!is_file(own.get()) || GetFileType(own.get()) != FILE_TYPE_DISK) return file;
  FILE_STANDARD_INFO about{};
  if (!GetFileInformationByHandleEx(own.get(), FileStandardInfo, &about, sizeof about) || about.Directory) return file;
  LARGE_INTEGER position{};
  if (SetFilePointerEx(own.get(), {}, &position, FILE_CURRENT)) file.position = static_cast<double>(position.QuadPart);
  file.size = static_cast<double>(about.EndOfFile.QuadPart);
  file.allocated = static_cast<double>(about.AllocationSize.QuadPart);
  file.is_deleted = about.DeletePending != 0;
  file.path = path_of(own.get());
  file.is_regular = true;
  return file;
}

/** Its own table, where the kernel gives it; else the table of everybody. */
ReadStatus list_handles(uint32_t pid, std::vector<HandleEntry>& handles) {
  constexpr size_t usual_size = size_t{1} << 14;
  constexpr size_t usual_system_size = size_t{1} << 20;
  const Handle process = open_process(pid, PROCESS_QUERY_INFORMATION | PROCESS_DUP_HANDLE);
  if (!process) return last_status();
  std::string buffer;
  HandleTable table = HandleTable::OfProcess;
  if (ask_process(process.get(), process_handles, buffer, usual_size) < 0) {
    table = HandleTable::OfAll;
    const LONG status = ask_system(system_handles, buffer, usual_system_size);
    if (status < 0) return status_of_nt(status);
  }
  return process::parse_handles(buffer, table, pid, handles) ? ReadStatus::Ok : ReadStatus::Malformed;
}

ReadStatus put_files(Host& host, uint32_t pid, Rows& rows) {
  std::vector<HandleEntry> handles;
  const ReadStatus status = list_handles(pid, handles);
  if (status != ReadStatus::Ok) return status;
  std::vector<std::string> keys;
  for (const HandleEntry& entry : handles) keys.push_back(std::to_string(pid) + ' ' + std::to_string(entry.handle));
  const auto files = host.handles.each<File>(
      keys, [pid](const std::string& key) { return look_at(pid, std::stoull(key.substr(key.find(' ')))); });
  for (size_t i = 0; i < files.size(); i++) {
    if (!files[i] || !files[i]->is_regular) continue;
    Files row;
    if (!files[i]->path.empty()) row.path = files[i]->path;
    row.fd = static_cast<double>(handles[i].handle);
    row.position = files[i]->position;
    row.size = files[i]->size;
    row.allocated = files[i]->allocated;
    row.deleted = files[i]->is_deleted ? 1 : 0;
    const char* const mode = process::open_mode(handles[i].access);
    if (mode != nullptr) row.mode = mode;
    rows.begin(pid);
    put(rows, row);
  }
  return ReadStatus::Ok;
}

}  // namespace

void read_open_file(Host& host, const Request& request, Rows& rows) {
  const std::vector<process::Entry> table = list_processes(moment());
  for (const int32_t pid : request.keys) {
    rows.count_read(files);
    const process::Entry* entry = find_process(table, pid);
    const bool is_kernel = entry != nullptr && entry->stat.is_kernel_thread == 1;
    ReadStatus status = ReadStatus::Gone;
    if (entry != nullptr) status = is_kernel ? ReadStatus::Denied : put_files(host, entry->pid, rows);
    if (status == ReadStatus::Ok) continue;
    rows.begin(pid);
    rows.fail(files, status);
  }
}

}  // namespace sysgraph
