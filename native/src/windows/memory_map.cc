// What an address space is made of, region by region.
#include <array>
#include <cstdio>

#include "bytes.h"
#include "inside.h"
#include "ntdll.h"
#include "process_table.h"
#include "processes.h"

namespace sysgraph {
namespace {

using namespace memory_map;

struct Region {
  std::string path;
  uint64_t start = 0;
  uint64_t size = 0;
  double rss = 0;
  DWORD protection = 0;
  bool is_shared = false;
};

struct Regions {
  ReadStatus status = ReadStatus::Failed;
  std::vector<Region> all;
};

/** What may be done with it, as Linux writes it. */
std::string permissions(const Region& region) {
  const DWORD of = region.protection & 0xff;
  const bool reads = (of & (PAGE_NOACCESS | PAGE_EXECUTE)) == 0;
  const bool writes = (of & (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)) != 0;
  const bool runs = (of & (PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)) != 0;
  return {reads ? 'r' : '-', writes ? 'w' : '-', runs ? 'x' : '-', region.is_shared ? 's' : 'p'};
}

std::string place_of(const Region& region) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%llx-%llx", static_cast<unsigned long long>(region.start),
                static_cast<unsigned long long>(region.start + region.size));
  return text.data();
}

std::string path_of(HANDLE process, const MEMORY_BASIC_INFORMATION& region) {
  std::vector<wchar_t> name(32768);
  const DWORD length = GetMappedFileNameW(process, region.BaseAddress, name.data(), static_cast<DWORD>(name.size()));
  return length == 0 ? "[anon]" : drive_path(utf8_of(name.data(), length));
}

/** The pages that are resident, in their order; false where the kernel does not tell. */
bool resident_pages(HANDLE process, std::vector<uint64_t>& pages) {
  constexpr size_t usual_size = size_t{1} << 18;
  std::string buffer;
  const LONG status = ask_growing(buffer, usual_size, [&](void* into, ULONG size, ULONG*) {
    return NtQueryVirtualMemory(process, nullptr, memory_working_set, into, size, nullptr);
  });
  if (status < 0 || !process::parse_resident(buffer, pages)) return false;
  std::sort(pages.begin(), pages.end());
  return true;
}

/** Where it is not told which pages are resident, all that is committed is taken to be. */
Regions read_regions(uint32_t pid, double page_size) {
  Regions read;
  const Handle process = open_process(pid, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ);
  if (!process) {
    read.status = last_status();
    return read;
  }
  std::vector<uint64_t> pages;
  const bool is_told = resident_pages(process.get(), pages);
  MEMORY_BASIC_INFORMATION of{};
  const auto first_page = [&](uint64_t at) {
    return std::lower_bound(pages.begin(), pages.end(), at / static_cast<uint64_t>(page_size));
  };
  for (uint64_t at = 0;
       VirtualQueryEx(process.get(), reinterpret_cast<void*>(static_cast<uintptr_t>(at)), &of, sizeof of) != 0;) {
    const auto start = static_cast<uint64_t>(reinterpret_cast<uintptr_t>(of.BaseAddress));
    at = start + of.RegionSize;
    if (of.State == MEM_COMMIT) {
      Region& region = read.all.emplace_back();
      region.start = start;
      region.size = of.RegionSize;
      region.protection = of.Protect;
      region.is_shared = of.Type == MEM_MAPPED;
      region.path = of.Type == MEM_PRIVATE ? "[anon]" : path_of(process.get(), of);
      const auto resident = static_cast<double>(first_page(at) - first_page(start)) * page_size;
      region.rss = is_told ? resident : static_cast<double>(of.RegionSize);
    }
    if (at <= start) break;
  }
  read.status = ReadStatus::Ok;
  return read;
}

ReadStatus status_of(const process::Entry* entry, const std::optional<Regions>& read) {
  if (entry == nullptr) return ReadStatus::Gone;
  if (entry->stat.is_kernel_thread == 1) return ReadStatus::Ok;
  return read ? read->status : ReadStatus::TimedOut;
}

}  // namespace

void read_memory_map(Host& host, const Request& request, Rows& rows) {
  const std::vector<process::Entry> table = list_processes(moment());
  for (const int32_t pid : request.keys) {
    rows.count_read(smaps);
    const auto read = host.memory.each<Regions>({std::to_string(pid)}, [size = host.page_size](const std::string& key) {
      return read_regions(static_cast<uint32_t>(std::stoul(key)), size);
    })[0];
    const ReadStatus status = status_of(find_process(table, pid), read);
    if (status != ReadStatus::Ok) {
      rows.begin(pid);
      rows.fail(smaps, status);
      continue;
    }
    for (const Region& region : read ? read->all : std::vector<Region>{}) {
      Smaps row;
      const std::string place = place_of(region);
      const std::string may = permissions(region);
      row.path = region.path;
      row.rss = region.rss;
      row.size = static_cast<double>(region.size);
      row.address = place;
      row.permissions = may;
      rows.begin(pid);
      put(rows, row);
    }
  }
}

}  // namespace sysgraph
