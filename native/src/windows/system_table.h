#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// The pure half of the readers of the system: what NtQuerySystemInformation wrote in, columns out.
namespace sysgraph::system {

constexpr size_t time_of_day_size = 48;

/** SystemTimeOfDayInformation: when the host booted, by the clock as it is set now, and as it was set then. */
bool parse_time_of_day(std::string_view bytes, double& now, double& then);

/** What one CPU spent, in seconds, and the interrupts it had. */
struct CpuTimes {
  double user = 0;
  double system = 0;
  double idle = 0;
  double irq = 0;
  double dpc = 0;
  double interrupts = 0;
};

/** SystemProcessorPerformanceInformation: as many CPUs as it is long, those of one group of processors. */
std::vector<CpuTimes> parse_cpus(std::string_view bytes);

/** A CPU, by its number through all groups of processors. */
struct Processor {
  double number = 0;
  CpuTimes times;
};

/** Adds the CPUs of the next group, whose numbers go on behind those of the groups before. */
void add_group(std::string_view bytes, std::vector<Processor>& processors);

/** RelationProcessorCore of GetLogicalProcessorInformationEx, all groups together; none if it is cut. */
double count_cores(std::string_view bytes);

/** SystemPerformanceInformation: context switches and system calls, as counters of 32 bits. */
bool parse_performance(std::string_view bytes, double& ctx_switches, double& syscalls);

/** SystemPageFileInformation: pages of all page files, and how many of them are taken. */
bool parse_page_files(std::string_view bytes, double& total, double& used);

/** The load of another five seconds, in which so many threads waited for a CPU, over these minutes. */
double damp(double load, double waiting, double minutes);

}  // namespace sysgraph::system
