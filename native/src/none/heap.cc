#include "nothing.h"

namespace sysgraph {

void read_heap(Host&, const Request&, Rows& rows) { rows.begin(0); }

bool trim_heap() { return false; }

}  // namespace sysgraph
