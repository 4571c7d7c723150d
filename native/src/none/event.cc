#include "nothing.h"

namespace sysgraph {

void read_event(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

std::unique_ptr<Events> open_events(Host&, double, const std::function<void()>&, ReadStatus& status) {
  status = ReadStatus::Unsupported;
  return nullptr;
}

}  // namespace sysgraph
