#include "nothing.h"

namespace sysgraph {

void read_network(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_address(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_connection(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_owner(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

}  // namespace sysgraph
