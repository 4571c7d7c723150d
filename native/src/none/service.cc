#include "nothing.h"

namespace sysgraph {

/** A row without the list stands for a list that cannot be read. */
void read_service(Host&, const Request& request, Rows& rows) {
  if (request.lists()) rows.begin(0);
  read_nothing(request, rows);
}

std::vector<double> service_keys(Host&, const std::vector<std::string>& names) {
  return std::vector<double>(names.size(), none);
}

ServiceControl control_service(Host&, const std::string&, const std::string&, std::chrono::milliseconds) {
  return {"NOT_SUPPORTED", "services cannot be controlled on this platform"};
}

}  // namespace sysgraph
