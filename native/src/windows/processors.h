#pragma once
#include "system_table.h"

namespace sysgraph {

/** A CPU, by its number through all groups of processors. */
struct Processor {
  double number = 0;
  system::CpuTimes times;
};

/** What each CPU spent: one question for each group of up to 64. */
ReadStatus list_processors(std::vector<Processor>& processors);

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
