#include "nothing.h"

namespace sysgraph {

void read_process(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_limit(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

}  // namespace sysgraph
