#pragma once
#include "system_table.h"
#include "win32.h"

namespace sysgraph {

/** What each CPU spent: one question for each group of up to 64. */
ReadStatus list_processors(std::vector<system::Processor>& processors);

/** The number of the first CPU of the group that a process is in. */
uint32_t first_cpu(HANDLE process);

/** What they run at, in MHz, in the order of their numbers; empty where the kernel does not tell. */
struct Speed {
  double current = none;
  double max = none;
};
std::vector<Speed> list_speeds();

double count_logical();
double count_physical();
double count_usable();

}  // namespace sysgraph
