#include "processors.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "../parse.h"
#include "cpu.h"

namespace sysgraph {
namespace {

std::string directory_of(const Host& host) { return host.sys + "/devices/system/cpu"; }

/** What is under `directory` and named `prefix` and a number, by number: policy10 comes after policy9. */
std::map<double, std::string> numbered_in(const std::string& directory, std::string_view prefix) {
  std::map<double, std::string> paths;
  for (const std::string& name : names_in(directory)) {
    const double number = numbered(name, prefix);
    if (is_known(number)) paths.emplace(number, path_of(directory, name));
  }
  return paths;
}

/** One policy may govern many CPUs; where there are none, each CPU has its own. CPUs that are known are not listed. */
std::map<double, std::string> policies(const Host& host, const std::map<double, Frequency>& known) {
  const std::string cpus = directory_of(host);
  std::map<double, std::string> found = numbered_in(cpus + "/cpufreq", "policy");
  if (!found.empty()) return found;
  std::map<double, std::string> paths;
  for (const auto& [number, frequency] : known) {
    paths[number] = cpus + "/cpu" + std::to_string(static_cast<int64_t>(number));
  }
  if (known.empty()) paths = numbered_in(cpus, "cpu");
  for (const auto& [number, path] : paths) {
    if (access((path + "/cpufreq").c_str(), F_OK) == 0) found.emplace(number, path + "/cpufreq");
  }
  return found;
}

double megahertz(Attributes& files, const std::string& path) { return files.number(path) / 1000; }

std::vector<Frequency> list_frequencies(Host& host, Attributes& files) {
  // One file tells what all CPUs run at; asking each of hundreds takes long.
  std::map<double, Frequency> all;
  for (const auto& speed : cpu::parse_info(files.often(host, host.proc + "/cpuinfo")).speeds) {
    all[speed.number] = {speed.number, speed.megahertz, none, none};
  }
  for (const auto& [number, path] : policies(host, all)) {
    std::vector<double> governed = cpu::parse_list(files.text(path + "/affected_cpus"));
    if (files.status() == ReadStatus::Gone) governed = {number};
    const double min = megahertz(files, path + "/scaling_min_freq");
    const double max = megahertz(files, path + "/scaling_max_freq");
    for (const double cpu : governed) {
      double current = all.count(cpu) != 0 ? all[cpu].current : megahertz(files, path + "/scaling_cur_freq");
      if (!is_known(current)) current = megahertz(files, path + "/cpuinfo_cur_freq");
      all[cpu] = {cpu, current, min, max};
    }
  }
  std::vector<Frequency> frequencies;
  frequencies.reserve(all.size());
  for (const auto& [number, frequency] : all) frequencies.push_back(frequency);
  return frequencies;
}

}  // namespace

std::shared_ptr<const std::vector<Frequency>> read_frequencies(Host& host, Attributes& files, uint64_t call) {
  return host.frequencies.of(call, [&] { return list_frequencies(host, files); });
}

Frequency average(const std::vector<Frequency>& all) {
  Frequency mean;
  for (double Frequency::*figure : {&Frequency::current, &Frequency::min, &Frequency::max}) {
    double sum = 0;
    double count = 0;
    for (const Frequency& of : all) {
      if (!is_known(of.*figure)) continue;
      sum += of.*figure;
      count++;
    }
    if (count > 0) mean.*figure = sum / count;
  }
  return mean;
}

double count_logical(Host& host, Attributes& files) {
  const auto online = static_cast<double>(cpu::parse_list(files.often(host, directory_of(host) + "/online")).size());
  if (online > 0) return online;
  const double told = cpu::parse_info(files.whole(host.proc + "/cpuinfo")).logical;
  if (is_known(told)) return told;
  std::vector<cpu::CpuTimes> rows;
  const bool known = cpu::parse_stat(files.whole(host.proc + "/stat"), host.ticks_per_second, rows);
  return known ? static_cast<double>(rows.size()) : none;
}

namespace {

double count_cores(const Host& host, Attributes& files) {
  const auto cpus = numbered_in(directory_of(host), "cpu");
  for (const char* file : {"/topology/core_cpus_list", "/topology/thread_siblings_list"}) {
    std::set<std::string> cores;
    for (const auto& [number, path] : cpus) {
      const std::string siblings = files.text(path + file);
      if (!siblings.empty()) cores.insert(siblings);
    }
    if (!cores.empty()) return static_cast<double>(cores.size());
  }
  return cpu::parse_info(files.whole(host.proc + "/cpuinfo")).physical;
}

}  // namespace

double count_physical(Host& host, Attributes& files) {
  const auto online = [&] { return std::string(files.often(host, directory_of(host) + "/online")); };
  return host.cores.of(online, [&] { return count_cores(host, files); });
}

namespace {

/** The least quota of a group and of those it is in. In a container the path may be the host's, where nothing is. */
template <typename Quota>
double least_quota(const std::string& hierarchy, std::string path, Quota quota_of) {
  double least = none;
  for (;;) {
    const double quota = quota_of(hierarchy + path);
    if (is_known(quota) && !(quota >= least)) least = quota;
    if (path.empty()) return least;
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
}

double read_quota(const Host& host, Attributes& files) {
  const cpu::Groups groups = cpu::parse_groups(files.whole(host.proc + "/self/cgroup"));
  const std::string mount = host.sys + "/fs/cgroup";
  const auto second = [&](const std::string& path) { return cpu::parse_quota(files.text(path + "/cpu.max")); };
  const auto first = [&](const std::string& path) {
    return cpu::quota_of(files.number(path + "/cpu.cfs_quota_us"), files.number(path + "/cpu.cfs_period_us"));
  };
  if (!groups.controllers.empty()) return least_quota(mount + "/" + groups.controllers, groups.path, first);
  return least_quota(mount, groups.unified, second);
}

}  // namespace

double count_usable(Host& host, Attributes& files) {
  const std::vector<double> allowed = cpu::parse_allowed(files.whole(host.proc + "/self/status"));
  double usable = allowed.empty() ? count_logical(host, files) : static_cast<double>(allowed.size());
  const double quota = read_quota(host, files);
  if (is_known(quota)) usable = std::min(usable, std::max(1.0, std::ceil(quota)));
  return usable;
}

}  // namespace sysgraph
