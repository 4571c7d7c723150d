// The floor: what remains once there is nothing but the kernel's files and the bytes of the answer. One thread, one
// buffer, no graph, no rights, no gaps. `floor` is told lines "FIELDS TIMES", FIELDS being 2, 10 or 25, lists all
// processes so often and answers with what that took; "FIELDS 0" answers with the list.
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using std::string;
using std::string_view;

const double kTick = static_cast<double>(sysconf(_SC_CLK_TCK));
constexpr unsigned kKernelThread = 0x200000;
const long kPage = sysconf(_SC_PAGESIZE);

/** What a file of a process says, in a buffer that the next one overwrites. */
string_view read_file(int directory, const char* path) {
  static std::vector<char> text(1 << 16);
  const int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  const ssize_t size = read(file, text.data(), text.size());
  close(file);
  return {text.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

void write_number(string& out, double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.append(text, end);
}

void write_text(string& out, string_view text) {
  out += '"';
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (static_cast<unsigned char>(byte) >= 0x20) {
      out += byte;
    } else {
      char escaped[8];
      snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    }
  }
  out += '"';
}

void write_moment(string& out, double milliseconds) {
  const time_t seconds = static_cast<time_t>(milliseconds / 1000);
  tm parts;
  gmtime_r(&seconds, &parts);
  char text[64];
  const int size = snprintf(text, sizeof text, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", parts.tm_year + 1900,
                            parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                            static_cast<int>(std::fmod(milliseconds, 1000)));
  out.append(text, static_cast<size_t>(size));
}

const string& user_name(unsigned uid) {
  static std::unordered_map<unsigned, string> known;
  auto [at, is_new] = known.try_emplace(uid);
  if (is_new) {
    const passwd* entry = getpwuid(uid);
    at->second = entry ? entry->pw_name : std::to_string(uid);
  }
  return at->second;
}

const char* status_name(char state) {
  switch (state) {
    case 'R':
      return "RUNNING";
    case 'S':
      return "SLEEPING";
    case 'D':
      return "DISK_SLEEP";
    case 'T':
      return "STOPPED";
    case 't':
      return "TRACING_STOP";
    case 'Z':
      return "ZOMBIE";
    case 'I':
      return "IDLE";
    default:
      return "UNKNOWN";
  }
}

struct Stat {
  string name;
  char state = 'X';
  /** Numbers after the state, as proc(5) counts them: the fourth of the file is the first here. */
  double field[50] = {};
  double operator[](int number) const { return field[number - 4]; }
};

bool parse_stat(string_view text, Stat& stat) {
  const size_t open = text.find('('), shut = text.rfind(')');
  if (open == text.npos || shut == text.npos || shut + 3 >= text.size()) return false;
  stat.name = text.substr(open + 1, shut - open - 1);
  stat.state = text[shut + 2];
  const char* at = text.data() + shut + 3;
  const char* end = text.data() + text.size();
  for (int index = 0; index < 50 && at < end; index++) {
    while (at < end && *at == ' ') at++;
    const bool is_negative = at < end && *at == '-';
    double number = 0;
    for (at += is_negative; at < end && *at >= '0' && *at <= '9'; at++) number = number * 10 + (*at - '0');
    stat.field[index] = is_negative ? -number : number;
  }
  return true;
}

/** struct pidfd_info of Linux 6.13: what a process runs as, without its dear status. */
struct Ids {
  uint64_t mask, cgroup;
  uint32_t pid, thread_group, parent;
  uint32_t real_user, real_group, effective_user, effective_group, saved_user, saved_group, file_user, file_group;
  int32_t exit_code;
};

/** From status where the kernel is older. */
Ids ids_of(int directory, const string& path) {
  Ids ids{};
  ids.mask = 2;
  const int process = static_cast<int>(syscall(SYS_pidfd_open, atoi(path.c_str()), 0));
  const bool is_told = ioctl(process, _IOWR(0xff, 11, Ids), &ids) == 0;
  close(process);
  if (is_told) return ids;
  const string status(read_file(directory, (path + "/status").c_str()));
  const size_t uids = status.find("\nUid:"), gids = status.find("\nGid:");
  if (uids == status.npos || gids == status.npos) return ids;
  sscanf(&status[uids + 5], "%u %u %u", &ids.real_user, &ids.effective_user, &ids.saved_user);
  sscanf(&status[gids + 5], "%u %u %u", &ids.real_group, &ids.effective_group, &ids.saved_group);
  return ids;
}

void write_ids(string& out, const char* label, uint32_t real, uint32_t effective, uint32_t saved) {
  char text[128];
  const int size =
      snprintf(text, sizeof text, ",\"%s\":{\"real\":%u,\"effective\":%u,\"saved\":%u}", label, real, effective, saved);
  out.append(text, static_cast<size_t>(size));
}

void write_command_line(string& out, string_view text) {
  out += '[';
  while (!text.empty()) {
    const size_t end = text.find('\0');
    write_text(out, text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (!text.empty()) out += ',';
  }
  out += ']';
}

void field(string& out, const char* label, double number) {
  out.append(label);
  write_number(out, number);
}

void write_most(string& out, int directory, int fields, const string& path, const Stat& stat, double boot) {
  double statm[4] = {};
  sscanf(string(read_file(directory, (path + "/statm").c_str())).c_str(), "%lf %lf %lf %lf", &statm[0], &statm[1],
         &statm[2], &statm[3]);
  const Ids ids = ids_of(directory, path);
  field(out, ",\"ppid\":", stat[4]);
  out += ",\"status\":\"";
  out += status_name(stat.state);
  out += "\",\"username\":";
  write_text(out, user_name(ids.real_user));
  field(out, ",\"cpuTimes\":{\"user\":", stat[14] / kTick);
  field(out, ",\"system\":", stat[15] / kTick);
  if (fields == 25) {
    field(out, ",\"childrenUser\":", stat[16] / kTick);
    field(out, ",\"childrenSystem\":", stat[17] / kTick);
  }
  field(out, "},\"memory\":{\"rss\":", statm[1] * kPage);
  if (fields == 25) {
    field(out, ",\"vms\":", statm[0] * kPage);
    field(out, ",\"shared\":", statm[2] * kPage);
    field(out, ",\"text\":", statm[3] * kPage);
  }
  field(out, "},\"numThreads\":", stat[20]);
  out += ",\"cmdline\":";
  write_command_line(out, read_file(directory, (path + "/cmdline").c_str()));
  out += ",\"createTime\":";
  write_moment(out, boot + stat[22] * 1000 / kTick);
  if (fields < 25) return;
  field(out, ",\"nice\":", stat[19]);
  field(out, ",\"cpuNum\":", stat[39]);
  out += static_cast<unsigned>(stat[9]) & kKernelThread ? ",\"isKernelThread\":true" : ",\"isKernelThread\":false";
  write_ids(out, "uids", ids.real_user, ids.effective_user, ids.saved_user);
  write_ids(out, "gids", ids.real_group, ids.effective_group, ids.saved_group);
}

double boot_time() {
  timespec real, up;
  clock_gettime(CLOCK_REALTIME, &real);
  clock_gettime(CLOCK_BOOTTIME, &up);
  return (real.tv_sec - up.tv_sec) * 1e3 + (real.tv_nsec - up.tv_nsec) / 1e6;
}

string list(int fields) {
  string out = "{\"data\":{\"processes\":{\"nodes\":[";
  DIR* all = opendir("/proc");
  const int directory = dirfd(all);
  const double boot = boot_time();
  bool is_first = true;
  while (const dirent* entry = readdir(all)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const string path = entry->d_name;
    Stat stat;
    if (!parse_stat(read_file(directory, (path + "/stat").c_str()), stat)) continue;
    out += is_first ? "{\"pid\":" : ",{\"pid\":";
    is_first = false;
    out += path;
    out += ",\"name\":";
    write_text(out, stat.name);
    if (fields > 2) write_most(out, directory, fields, path, stat, boot);
    out += '}';
  }
  closedir(all);
  return out + "]}}}";
}

double milliseconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

}  // namespace

int main() {
  int fields, times;
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  while (scanf("%d %d", &fields, &times) == 2) {
    if (times == 0) printf("%s\n", list(fields).c_str());
    const double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID), wall = milliseconds(CLOCK_MONOTONIC);
    for (int time = 0; time < times; time++) {
      const string text = list(fields);
      if (write(nothing, text.data(), text.size()) < 0) return 1;
    }
    if (times > 0)
      printf("{\"cpuMs\": %.3f, \"wallMs\": %.3f}\n", milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
             milliseconds(CLOCK_MONOTONIC) - wall);
    fflush(stdout);
  }
  return 0;
}
