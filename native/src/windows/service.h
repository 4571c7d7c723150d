#pragma once
#include <string>

#include "../platform.h"
#include "win32.h"

namespace sysgraph {

using ServiceHandle = Owned<SC_HANDLE, CloseServiceHandle>;

ServiceHandle open_manager(DWORD rights);

/** By its name as services have it, or with the ending that other platforms give them. */
ServiceHandle open_service(const ServiceHandle& manager, const std::string& name, DWORD rights);

/** What the manager says a service is doing. */
ServiceStatus service_status(DWORD state);

}  // namespace sysgraph
