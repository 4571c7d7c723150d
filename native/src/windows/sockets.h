#pragma once
#include <vector>

#include "connection_table.h"

namespace sysgraph {

/** All sockets of a protocol, and whose they are. Of what Windows has no table there are none. */
ReadStatus list_sockets(connection::Protocol protocol, std::vector<connection::Socket>& sockets);

}  // namespace sysgraph
