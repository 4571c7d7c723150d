#include "nothing.h"

namespace sysgraph {

Outcome act(Host&, const Target&, const Action&) { return {Effect::Unsupported, false}; }

std::unique_ptr<Waits> open_waits(const std::shared_ptr<Host>&, const std::function<void()>&) { return nullptr; }

}  // namespace sysgraph
