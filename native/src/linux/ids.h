#pragma once
#include "../gen/tables.h"

namespace sysgraph {

/** The ids of a process by a descriptor of it, which Linux gives from 6.13 on; false where it does not. */
bool ids_of(int pid, process::Ids& row);

}  // namespace sysgraph
