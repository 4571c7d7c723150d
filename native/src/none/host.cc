#include "../platform.h"

namespace sysgraph {

struct Host {};

std::shared_ptr<Host> open_host(const Roots&) { return std::make_shared<Host>(); }

}  // namespace sysgraph
