// Processes, from the one table that the kernel has of them; and what it takes a handle of each for.
#include <algorithm>
#include <map>

#include "../parse.h"
#include "bytes.h"
#include "inside.h"
#include "ntdll.h"
#include "peb.h"
#include "processes.h"
#include "processors.h"
#include "service.h"

namespace sysgraph {
namespace {

using namespace process;

/** The rights that the kernel gives of most processes. */
constexpr DWORD few_rights = PROCESS_QUERY_LIMITED_INFORMATION;

/** Reads the rows of one call. */
class ProcessReader {
 public:
  ProcessReader(Host& host, Rows& rows) : host_(host), rows_(rows), table_(list_processes(moment())) {
    const Source of_table[] = {stat, state, parent, statm, process::status, io};
    const auto* first =
        std::find_if(std::begin(of_table), std::end(of_table), [&](Source of) { return rows.wants(of); });
    if (first != std::end(of_table)) rows.count_read(*first);
    if (!rows.wants(statm)) return;
    MEMORYSTATUSEX memory{};
    memory.dwLength = sizeof memory;
    if (GlobalMemoryStatusEx(&memory)) total_memory_ = static_cast<double>(memory.ullTotalPhys);
  }

  void read(const Request& request) {
    const std::vector<int32_t> pids = request.lists() ? others(request.keys) : request.keys;
    // For all processes together, since it takes a thread.
    if (rows_.wants(cmdline) || rows_.wants(cwd)) inside_ = each_inside(host_, pids, rows_.wants(cwd), false);
    if (rows_.wants(cgroup)) list_services();
    for (index_ = 0; index_ < pids.size(); index_++) read(pids[index_]);
  }

 private:
  struct Reader {
    Source source;
    void (ProcessReader::*read)();
  };

  std::vector<int32_t> others(std::vector<int32_t> except) const {
    std::sort(except.begin(), except.end());
    std::vector<int32_t> pids;
    for (const Entry& entry : table_) {
      const auto pid = static_cast<int32_t>(entry.pid);
      if (!std::binary_search(except.begin(), except.end(), pid)) pids.push_back(pid);
    }
    return pids;
  }

  void read(int32_t pid) {
    static constexpr Reader readers[] = {
        {ids, &ProcessReader::read_ids},           {cmdline, &ProcessReader::read_cmdline},
        {exe, &ProcessReader::read_exe},           {cwd, &ProcessReader::read_cwd},
        {rollup, &ProcessReader::read_rollup},     {ionice, &ProcessReader::read_ionice},
        {affinity, &ProcessReader::read_affinity}, {priority, &ProcessReader::read_priority},
    };
    rows_.begin(pid);
    entry_ = find_process(table_, pid);
    if (entry_ == nullptr) return fail_all();
    put_table();
    for (const Reader& reader : readers) {
      if (!rows_.wants(reader.source)) continue;
      rows_.count_read(reader.source);
      (this->*reader.read)();
    }
  }

  /** No such process: what Windows has nothing of it has nothing of. */
  void fail_all() {
    for (const Source source : {stat, state, parent, statm, ids, process::status, cmdline, exe, cwd, io, rollup, cgroup,
                                ionice, affinity, priority})
      rows_.fail(source, ReadStatus::Gone);
  }

  void put_table() {
    Stat row = entry_->stat;
    row.comm = entry_->name;
    put(rows_, row);
    put(rows_, entry_->state);
    put(rows_, entry_->parent);
    Statm memory = entry_->statm;
    if (is_known(total_memory_)) memory.memory_percent = percent_of(memory.memory_rss, total_memory_);
    put(rows_, memory);
    put(rows_, entry_->status);
    put(rows_, entry_->io);
    put_services();
  }

  /** Another program answers, and takes the time it takes. */
  void list_services() {
    using Services = std::pair<ReadStatus, std::vector<Listed>>;
    rows_.count_read(cgroup);
    const auto told = host_.manager.each<Services>({""}, [](const std::string&) {
      Services listed;
      const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
      listed.first = sysgraph::list_services(manager, listed.second);
      return listed;
    })[0];
    services_status_ = told ? told->first : ReadStatus::TimedOut;
    if (!told) return;
    for (const Listed& each : told->second) services_[each.pid] += each.name + '\0';
  }

  void put_services() {
    if (!rows_.wants(cgroup)) return;
    if (services_status_ != ReadStatus::Ok) return rows_.fail(cgroup, services_status_);
    // Those of no process have its number.
    const auto found = entry_->pid == idle_pid ? services_.end() : services_.find(entry_->pid);
    Cgroup row;
    row.service_names = found == services_.end() ? std::string_view("", 0) : std::string_view(found->second);
    put(rows_, row);
  }

  bool is_program() const { return entry_->pid != idle_pid && entry_->pid != system_pid; }

  /** Those two let nobody open them, and nobody has to: what is known of them is known. */
  Handle open(Source source, DWORD rights, DWORD fewer = 0) {
    Handle process = open_process(entry_->pid, rights, fewer);
    if (!process) rows_.fail(source, is_program() ? last_status() : ReadStatus::Absent);
    return process;
  }

  void read_ids() {
    Ids row;
    if (!is_program()) {
      row.username = "NT AUTHORITY\\SYSTEM";
      return put(rows_, row);
    }
    const Handle process = open(ids, few_rights);
    if (!process) return;
    Handle token;
    if (!OpenProcessToken(process.get(), TOKEN_QUERY, token.into())) return rows_.fail(ids, last_status());
    alignas(TOKEN_USER) char buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    DWORD size = 0;
    if (!GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &size))
      return rows_.fail(ids, last_status());
    void* const sid = reinterpret_cast<TOKEN_USER*>(buffer)->User.Sid;
    const std::string name = host_.accounts.name(std::string(static_cast<char*>(sid), GetLengthSid(sid)));
    row.username = name;
    put(rows_, row);
  }

  void read_cmdline() {
    if (!is_program()) return put(rows_, Cmdline{0, std::string_view("", 0)});
    const std::optional<Inside>& read = inside_[index_];
    if (!read) return rows_.fail(cmdline, ReadStatus::TimedOut);
    std::string bytes = read->command_line;
    ReadStatus status = read->status;
    if (status == ReadStatus::Denied) status = ask_command_line(entry_->pid, bytes);
    // Where that is not known either, what kept the gateway from looking is the reason.
    if (status == ReadStatus::Unsupported) status = ReadStatus::Denied;
    if (status != ReadStatus::Ok && status != ReadStatus::Absent) return rows_.fail(cmdline, status);
    const std::string items = peb::split_arguments(bytes);
    put(rows_, Cmdline{static_cast<double>(bytes.size()), items});
  }

  void read_cwd() {
    if (!is_program()) return rows_.fail(cwd, ReadStatus::Absent);
    const std::optional<Inside>& read = inside_[index_];
    if (!read) return rows_.fail(cwd, ReadStatus::TimedOut);
    if (read->status != ReadStatus::Ok) return rows_.fail(cwd, read->status);
    const std::string folder = peb::folder_text(read->folder);
    put(rows_, Cwd{text_or_none(folder)});
  }

  /** The kernel tells it of every process to anybody. What it does not tell may be asked of the process. */
  void read_exe() {
    if (!is_program()) return put(rows_, Exe{});
    std::string path = drive_path(image_name());
    if (path.empty()) {
      const Handle process = open(exe, few_rights);
      if (!process) return;
      std::vector<wchar_t> name(32768);
      auto size = static_cast<DWORD>(name.size());
      if (!QueryFullProcessImageNameW(process.get(), 0, name.data(), &size)) return rows_.fail(exe, last_status());
      path = utf8_of(name.data(), size);
    }
    put(rows_, Exe{text_or_none(path)});
  }

  std::string image_name() const {
    struct {
      void* pid;
      uint16_t length;
      uint16_t room;
      wchar_t* letters;
    } question{};
    std::vector<wchar_t> letters(32768);
    question.pid = reinterpret_cast<void*>(static_cast<uintptr_t>(entry_->pid));
    question.room = static_cast<uint16_t>((letters.size() - 1) * sizeof(wchar_t));
    question.letters = letters.data();
    const LONG status = NtQuerySystemInformation(system_process_id, &question, sizeof question, nullptr);
    return status < 0 ? "" : utf8_of(question.letters, question.length / sizeof(wchar_t));
  }

  void read_rollup() {
    constexpr size_t usual_size = size_t{1} << 18;
    const Handle process = open(rollup, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ);
    if (!process) return;
    std::string buffer;
    const LONG status = ask_growing(buffer, usual_size, [&](void* into, ULONG size, ULONG*) {
      return NtQueryVirtualMemory(process.get(), nullptr, memory_working_set, into, size, nullptr);
    });
    if (status < 0) return rows_.fail(rollup, status_of_nt(status));
    Rollup row;
    if (!parse_unique(buffer, host_.page_size, row.memory_footprint_uss))
      return rows_.fail(rollup, ReadStatus::Malformed);
    put(rows_, row);
  }

  void read_ionice() {
    static constexpr IoClass classes[] = {IoClass::VeryLow, IoClass::Low, IoClass::Normal, IoClass::High,
                                          IoClass::Critical};
    const Handle process = open(ionice, few_rights);
    if (!process) return;
    ULONG priority = 0;
    const LONG status =
        NtQueryInformationProcess(process.get(), process_io_priority, &priority, sizeof priority, nullptr);
    if (status < 0) return rows_.fail(ionice, status_of_nt(status));
    Ionice row;
    row.io_nice_io_class = static_cast<double>(priority < std::size(classes) ? classes[priority] : IoClass::Unknown);
    put(rows_, row);
  }

  /** CPUs are numbered through all groups of processors; the mask is of the group that the process is in. */
  void read_affinity() {
    const Handle process = open(affinity, few_rights);
    if (!process) return;
    DWORD_PTR mask = 0;
    DWORD_PTR all = 0;
    if (!GetProcessAffinityMask(process.get(), &mask, &all)) return rows_.fail(affinity, last_status());
    // One with threads in several groups has no mask.
    if (mask == 0) return rows_.fail(affinity, ReadStatus::Absent);
    const std::string list = cpu_list(mask, first_cpu(process.get()));
    put(rows_, Affinity{list});
  }

  void read_priority() {
    static constexpr std::pair<DWORD, PriorityClass> known[] = {
        {IDLE_PRIORITY_CLASS, PriorityClass::Idle},     {BELOW_NORMAL_PRIORITY_CLASS, PriorityClass::BelowNormal},
        {NORMAL_PRIORITY_CLASS, PriorityClass::Normal}, {ABOVE_NORMAL_PRIORITY_CLASS, PriorityClass::AboveNormal},
        {HIGH_PRIORITY_CLASS, PriorityClass::High},     {REALTIME_PRIORITY_CLASS, PriorityClass::Realtime},
    };
    const Handle process = open(priority, few_rights);
    if (!process) return;
    const DWORD of = GetPriorityClass(process.get());
    if (of == 0) return rows_.fail(priority, last_status());
    const auto* found =
        std::find_if(std::begin(known), std::end(known), [&](const auto& each) { return each.first == of; });
    put(rows_, Priority{static_cast<double>(found == std::end(known) ? PriorityClass::Unknown : found->second)});
  }

  static std::string_view text_or_none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Host& host_;
  Rows& rows_;
  const std::vector<Entry> table_;
  double total_memory_ = none;
  const Entry* entry_ = nullptr;
  /** Place of the process in the call. */
  size_t index_ = 0;
  std::vector<std::optional<Inside>> inside_;
  ReadStatus services_status_ = ReadStatus::Failed;
  /** Names by the pid of the process that runs them, each of which ends with a NUL. */
  std::map<uint32_t, std::string> services_;
};

}  // namespace

void read_process(Host& host, const Request& request, Rows& rows) { ProcessReader(host, rows).read(request); }

}  // namespace sysgraph
