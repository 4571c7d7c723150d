#include <algorithm>
#include <cctype>
#include <map>

#include "../parse.h"
#include "arm.h"
#include "cpu.h"

namespace sysgraph::cpu {

bool take_times(std::string_view text, double ticks_per_second, double* const (&columns)[10]) {
  constexpr unsigned oldest = 4;
  unsigned count = 0;
  for (double* column : columns) {
    double ticks = 0;
    if (take_number(text, ticks)) count++;
    *column = ticks / ticks_per_second;
  }
  return count >= oldest;
}

bool parse_stat(std::string_view text, double ticks_per_second, std::vector<CpuTimes>& rows) {
  std::string_view line;
  while (take_line(text, line)) {
    if (!starts_with(line, "cpu") || line.size() < 4 || !is_digit(line[3])) continue;
    line.remove_prefix(3);
    CpuTimes row;
    double* const columns[] = {&row.times_user,   &row.times_nice,      &row.times_system,  &row.times_idle,
                               &row.times_iowait, &row.times_irq,       &row.times_softirq, &row.times_steal,
                               &row.times_guest,  &row.times_guest_nice};
    if (!take_number(line, row.number) || !take_times(line, ticks_per_second, columns)) return false;
    rows.push_back(row);
  }
  return !rows.empty();
}

namespace {

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (take(words, ' ') == word) return true;
  }
  return false;
}

/** Takes /proc/cpuinfo line after line: what belongs to which CPU is told by the lines before. */
class InfoReader {
 public:
  void take_line_of(std::string_view key, std::string_view value) {
    count(key, value);
    speed(key, value);
    name(key, value);
    if (same(key, "flags")) info_.has_hypervisor |= has_word(value, "hypervisor");
  }

  Info finish() {
    if (info_.model.empty()) info_.model = arm_model(implementer_, part_);
    if (info_.vendor.empty()) info_.vendor = arm_vendor(implementer_);
    if (logical_ > 0) info_.logical = logical_;
    double cores = 0;
    for (const auto& [package, of_package] : packages_) cores += of_package;
    if (cores > 0) info_.physical = cores;
    return info_;
  }

 private:
  /** "processor : 0", or "processor 0: version = …" on s390x. With a capital it may be the model of an old ARM. */
  void count(std::string_view key, std::string_view value) {
    double number = none;
    std::string_view text = starts_with(key, "processor ") ? key.substr(10) : value;
    const bool is_cpu = (starts_with(key, "processor ") || same(key, "processor")) && take_number(text, number);
    if (is_cpu && text.empty()) {
      logical_++;
      number_ = number;
    }
    if (same(key, "cpu number")) take_number(value, number_);
    if (same(key, "physical id")) package_ = value;
    double cores = none;
    if (same(key, "cpu cores") && !package_.empty() && take_number(value, cores)) packages_[package_] = cores;
  }

  /** x86 has MHz, POWER has it with its unit, s390x has what runs now and what it was built for. */
  void speed(std::string_view key, std::string_view value) {
    if (!same(key, "cpu MHz") && !same(key, "clock") && !same(key, "cpu MHz dynamic")) return;
    double megahertz = none;
    if (take_decimal(value, megahertz) && is_known(number_)) info_.speeds.push_back({number_, megahertz});
  }

  void name(std::string_view key, std::string_view value) {
    first(info_.vendor, value, same(key, "vendor_id") || same(key, "vendor"));
    first(info_.model, value, same(key, "model name") || same(key, "cpu model") || key == "cpu" || key == "uarch");
    double number = none;
    std::string_view text = value;
    first(info_.model, value, key == "Processor" && !take_number(text, number));
    first(info_.machine, value, key == "Model" || key == "machine");
    first(implementer_, value, key == "CPU implementer");
    first(part_, value, key == "CPU part");
  }

  static void first(std::string& into, std::string_view value, bool matches) {
    if (matches && into.empty()) into = value;
  }

  Info info_;
  std::string implementer_;
  std::string part_;
  std::string package_;
  std::map<std::string, double> packages_;
  double logical_ = 0;
  double number_ = none;
};

}  // namespace

Info parse_info(std::string_view text) {
  InfoReader reader;
  std::string_view line;
  while (take_line(text, line)) {
    if (line.find(':') == std::string_view::npos) continue;
    const std::string_view key = trimmed(take(line, ':'));
    reader.take_line_of(key, trimmed(line));
  }
  return reader.finish();
}

std::vector<double> parse_list(std::string_view text) {
  constexpr double too_many = 1 << 16;
  std::vector<double> numbers;
  for (text = trimmed(text); !text.empty();) {
    double first = none;
    if (!take_number(text, first)) return {};
    double last = first;
    if (!text.empty() && text[0] == '-') {
      text.remove_prefix(1);
      if (!take_number(text, last)) return {};
    }
    if (first < 0 || last < first || last > too_many) return {};
    for (double number = first; number <= last; number++) numbers.push_back(number);
    if (!text.empty() && text[0] != ',' && text[0] != ' ') return {};
    if (!text.empty()) text.remove_prefix(1);
  }
  return numbers;
}

std::vector<double> parse_allowed(std::string_view text) {
  std::string_view line;
  while (take_line(text, line)) {
    if (take(line, ':') == "Cpus_allowed_list") return parse_list(line);
  }
  return {};
}

double quota_of(double quota, double period) { return quota > 0 && period > 0 ? quota / period : none; }

double parse_quota(std::string_view text) {
  double quota = none;
  double period = none;
  return take_number(text, quota) && take_number(text, period) ? quota_of(quota, period) : none;
}

Groups parse_groups(std::string_view text) {
  Groups groups;
  std::string_view line;
  while (take_line(text, line)) {
    const std::string_view hierarchy = take(line, ':');
    const std::string_view controllers = take(line, ':');
    if (hierarchy == "0" && controllers.empty()) groups.unified = line;
    std::string_view rest = controllers;
    while (!rest.empty()) {
      if (take(rest, ',') != "cpu") continue;
      groups.controllers = controllers;
      groups.path = line;
    }
  }
  return groups;
}

}  // namespace sysgraph::cpu
