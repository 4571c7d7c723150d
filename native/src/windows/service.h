#pragma once
#include <string>
#include <vector>

#include "../platform.h"
#include "win32.h"

namespace sysgraph {

using ServiceHandle = Owned<SC_HANDLE, CloseServiceHandle>;

ServiceHandle open_manager(DWORD rights);

/** By its name as services have it, or with the ending that other platforms give them. */
ServiceHandle open_service(const ServiceHandle& manager, const std::string& name, DWORD rights);

/** A service as the list of the manager has it. */
struct Listed {
  std::string name;
  std::string display_name;
  DWORD state = 0;
  /** 0 where it has no process. */
  DWORD pid = 0;
};
ReadStatus list_services(const ServiceHandle& manager, std::vector<Listed>& all);

/** What the manager says a service is doing. */
ServiceStatus service_status(DWORD state);

}  // namespace sysgraph
