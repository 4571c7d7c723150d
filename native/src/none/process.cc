#include "nothing.h"

namespace sysgraph {

void read_process(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_environment(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_limit(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_memory_map(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_open_file(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_thread(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

}  // namespace sysgraph
