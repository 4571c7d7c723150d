#include "../platform.h"

namespace sysgraph {

struct Host {};

std::shared_ptr<Host> open_host(const Roots&) { return std::make_shared<Host>(); }

Use use_of(const Host&) { return {}; }

}  // namespace sysgraph
