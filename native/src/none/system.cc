#include "nothing.h"

namespace sysgraph {

void read_system(Host&, const Request&, Rows& rows) { rows.begin(0); }
void read_cpu(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_session(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_temperature(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_fan(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_battery(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

}  // namespace sysgraph
