// Windows limits jobs, not processes.
#include "../none/nothing.h"

namespace sysgraph {

void read_limit(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

}  // namespace sysgraph
