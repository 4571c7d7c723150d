#pragma once
#include <memory>
#include <vector>

#include "attributes.h"
#include "host.h"

namespace sysgraph {

/** How fast a CPU runs, in MHz. */
struct Frequency {
  double number = none;
  double current = none;
  double min = none;
  double max = none;
};

/** Of every CPU that is known to run at some speed, by number; read once a call. */
std::shared_ptr<const std::vector<Frequency>> read_frequencies(Host& host, Attributes& files, uint64_t call);

/** Over all of them; none where no CPU tells. */
Frequency average(const std::vector<Frequency>& all);

/** CPUs that are switched on, and their cores, which are counted anew when other CPUs are. */
double count_logical(Host& host, Attributes& files);
double count_physical(Host& host, Attributes& files);

/** CPUs this process may use: those it may run on, or as many as its quota of CPU time allows, whichever is less. */
double count_usable(Host& host, Attributes& files);

}  // namespace sysgraph
