// What changes services.
#include "service.h"

namespace sysgraph {
namespace {

using Clock = std::chrono::steady_clock;
constexpr DWORD pause_ms = 50;

ServiceControl problem_of(DWORD error) {
  switch (error) {
    case ERROR_ACCESS_DENIED:
      return {"ACCESS_DENIED", "the service control manager does not let the gateway do that"};
    case ERROR_SERVICE_DOES_NOT_EXIST:
    case ERROR_INVALID_NAME:
      return {"NO_SUCH_SERVICE", "there is no service of that name"};
    case ERROR_SERVICE_DISABLED:
      return {"REFUSED", "the service is disabled"};
    case ERROR_DEPENDENT_SERVICES_RUNNING:
      return {"REFUSED", "other services that run need it"};
    case ERROR_INVALID_SERVICE_CONTROL:
    case ERROR_SERVICE_CANNOT_ACCEPT_CTRL:
      return {"REFUSED", "the service does not take that now"};
    case ERROR_SERVICE_REQUEST_TIMEOUT:
      return {"FAILED", "its program ended, or did not answer in time"};
    default:
      return {"FAILED", "error " + std::to_string(error) + " of the service control manager"};
  }
}

const ServiceControl done{"DONE", ""};

/** Waits until the service is in this state; one that has come to rest in another has refused. */
ServiceControl wait_for(const ServiceHandle& service, DWORD wanted, Clock::time_point deadline) {
  for (;;) {
    SERVICE_STATUS_PROCESS status{};
    DWORD needed = 0;
    auto* const into = reinterpret_cast<BYTE*>(&status);
    if (!QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, into, sizeof status, &needed))
      return problem_of(GetLastError());
    if (status.dwCurrentState == wanted) return done;
    if (wanted == SERVICE_RUNNING && status.dwCurrentState == SERVICE_STOPPED)
      return {"FAILED", "it stopped again with the code " + std::to_string(status.dwWin32ExitCode)};
    if (Clock::now() >= deadline) return {"TIMED_OUT", "it did not come to that in time"};
    Sleep(pause_ms);
  }
}

ServiceControl stop(const ServiceHandle& service, Clock::time_point deadline) {
  SERVICE_STATUS status{};
  if (!ControlService(service.get(), SERVICE_CONTROL_STOP, &status)) {
    const DWORD error = GetLastError();
    if (error == ERROR_SERVICE_NOT_ACTIVE) return done;
    return problem_of(error);
  }
  return wait_for(service, SERVICE_STOPPED, deadline);
}

ServiceControl start(const ServiceHandle& service, Clock::time_point deadline) {
  if (!StartServiceW(service.get(), 0, nullptr)) {
    const DWORD error = GetLastError();
    if (error == ERROR_SERVICE_ALREADY_RUNNING) return done;
    return problem_of(error);
  }
  return wait_for(service, SERVICE_RUNNING, deadline);
}

}  // namespace

ServiceControl control_service(Host&, const std::string& name, const std::string& verb,
                               std::chrono::milliseconds limit) {
  const Clock::time_point deadline = Clock::now() + limit;
  const bool stops = verb != "StartUnit";
  const bool starts = verb != "StopUnit";
  const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT);
  if (!manager) return problem_of(GetLastError());
  const DWORD rights = SERVICE_QUERY_STATUS | (stops ? SERVICE_STOP : 0) | (starts ? SERVICE_START : 0);
  const ServiceHandle service = open_service(manager, name, rights);
  if (!service) return problem_of(GetLastError());
  if (stops) {
    const ServiceControl stopped = stop(service, deadline);
    if (stopped.code != "DONE" || !starts) return stopped;
  }
  return start(service, deadline);
}

}  // namespace sysgraph
