// Services, from the service control manager.
#include "service.h"

#include <set>

#include "host.h"

namespace sysgraph {

namespace {

using namespace service;

constexpr std::string_view suffix = ".service";

/** How a service is set up. */
struct Setup {
  ReadStatus status = ReadStatus::Failed;
  DWORD start_type = 0;
  std::string program;
  std::string account;
};

Setup setup_of(const ServiceHandle& service) {
  Setup setup;
  std::vector<char> buffer(8192);
  DWORD needed = 0;
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
  if (!QueryServiceConfigW(service.get(), config, static_cast<DWORD>(buffer.size()), &needed)) {
    setup.status = last_status();
    return setup;
  }
  setup.status = ReadStatus::Ok;
  setup.start_type = config->dwStartType;
  setup.program = utf8_of(config->lpBinaryPathName);
  setup.account = utf8_of(config->lpServiceStartName);
  return setup;
}

/** Empty where it has none, as where the file it stands in is gone. */
std::string description_of(const ServiceHandle& service) {
  std::vector<char> buffer(8192);
  DWORD needed = 0;
  auto* const into = reinterpret_cast<BYTE*>(buffer.data());
  const bool has = QueryServiceConfig2W(service.get(), SERVICE_CONFIG_DESCRIPTION, into,
                                        static_cast<DWORD>(buffer.size()), &needed) != 0;
  return has ? utf8_of(reinterpret_cast<const SERVICE_DESCRIPTIONW*>(buffer.data())->lpDescription) : "";
}

ServiceStartType start_type(DWORD type) {
  switch (type) {
    case SERVICE_AUTO_START:
      return ServiceStartType::Automatic;
    case SERVICE_DEMAND_START:
      return ServiceStartType::Manual;
    case SERVICE_DISABLED:
      return ServiceStartType::Disabled;
    case SERVICE_BOOT_START:
      return ServiceStartType::Boot;
    case SERVICE_SYSTEM_START:
      return ServiceStartType::System;
    default:
      return ServiceStartType::Unknown;
  }
}

/** Reads the rows of one call. */
class ServiceReader {
 public:
  ServiceReader(Host& host, Rows& rows)
      : host_(host), rows_(rows), manager_(open_manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)) {}

  void read(const Request& request) {
    rows_.count_read(units);
    std::vector<Listed> all;
    const ReadStatus status = list_services(manager_, all);
    if (status != ReadStatus::Ok) return fail(request, status);
    const std::set<int32_t> keys(request.keys.begin(), request.keys.end());
    std::set<int32_t> found;
    for (const Listed& each : all) {
      const int32_t key = host_.services.key_of(each.name);
      found.insert(key);
      if ((keys.count(key) != 0) != request.lists()) put_service(key, each);
    }
    if (request.lists()) return;
    for (const int32_t key : keys) {
      if (found.count(key) != 0) continue;
      rows_.begin(key);
      fail_row(ReadStatus::Gone);
    }
  }

 private:
  /** One row of no service stands for a list that cannot be had. */
  void fail(const Request& request, ReadStatus status) {
    if (request.lists()) {
      rows_.begin(0);
      fail_row(status);
      return;
    }
    for (const int32_t key : request.keys) {
      rows_.begin(key);
      fail_row(status);
    }
  }

  void fail_row(ReadStatus status) {
    for (const Source source : {units, files, description, unit}) rows_.fail(source, status);
  }

  void put_service(int32_t key, const Listed& of) {
    rows_.begin(key);
    Units row;
    row.name = of.name;
    row.manager = static_cast<double>(ServiceManager::WindowsScm);
    row.status = static_cast<double>(service_status(of.state));
    put(rows_, row);
    if (!rows_.wants_any(1u << files | 1u << description | 1u << unit)) return;
    const ServiceHandle service = open_service(manager_, of.name, SERVICE_QUERY_CONFIG);
    if (!service) {
      const ReadStatus status = last_status();
      for (const Source source : {files, description, unit}) rows_.fail(source, status);
      return;
    }
    if (rows_.wants_any(1u << files | 1u << unit)) put_setup(setup_of(service), of);
    if (!rows_.wants(description)) return;
    rows_.count_read(description);
    const std::string about = description_of(service);
    Description text;
    text.display_name = of.display_name;
    text.description = about;
    put(rows_, text);
  }

  void put_setup(const Setup& setup, const Listed& of) {
    rows_.count_read(rows_.wants(unit) ? unit : files);
    if (setup.status != ReadStatus::Ok) {
      rows_.fail(files, setup.status);
      rows_.fail(unit, setup.status);
      return;
    }
    put(rows_, Files{static_cast<double>(start_type(setup.start_type))});
    Unit row;
    if (!setup.program.empty()) row.binary_path = setup.program;
    if (!setup.account.empty()) row.username = setup.account;
    if (of.pid != 0) row.pid = of.pid;
    put(rows_, row);
  }

  Host& host_;
  Rows& rows_;
  const ServiceHandle manager_;
};

}  // namespace

ServiceHandle open_manager(DWORD rights) { return ServiceHandle(OpenSCManagerW(nullptr, nullptr, rights)); }

ServiceHandle open_service(const ServiceHandle& manager, const std::string& name, DWORD rights) {
  ServiceHandle service(OpenServiceW(manager.get(), wide_of(name).c_str(), rights));
  const bool has_suffix =
      name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
  if (service || !has_suffix || GetLastError() != ERROR_SERVICE_DOES_NOT_EXIST) return service;
  const std::string plain = name.substr(0, name.size() - suffix.size());
  return ServiceHandle(OpenServiceW(manager.get(), wide_of(plain).c_str(), rights));
}

ReadStatus list_services(const ServiceHandle& manager, std::vector<Listed>& all) {
  if (!manager) return last_status();
  std::vector<char> buffer(size_t{1} << 16);
  DWORD next = 0;
  for (;;) {
    DWORD needed = 0;
    DWORD count = 0;
    const BOOL is_done = EnumServicesStatusExW(manager.get(), SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL,
                                               reinterpret_cast<BYTE*>(buffer.data()),
                                               static_cast<DWORD>(buffer.size()), &needed, &count, &next, nullptr);
    if (!is_done && GetLastError() != ERROR_MORE_DATA) return last_status();
    const auto* const first = reinterpret_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(buffer.data());
    for (DWORD i = 0; i < count; i++)
      all.push_back({utf8_of(first[i].lpServiceName), utf8_of(first[i].lpDisplayName),
                     first[i].ServiceStatusProcess.dwCurrentState, first[i].ServiceStatusProcess.dwProcessId});
    if (is_done) return ReadStatus::Ok;
    buffer.resize(buffer.size() + needed);
  }
}

ServiceStatus service_status(DWORD state) {
  switch (state) {
    case SERVICE_RUNNING:
      return ServiceStatus::Running;
    case SERVICE_START_PENDING:
      return ServiceStatus::StartPending;
    case SERVICE_PAUSED:
      return ServiceStatus::Paused;
    case SERVICE_PAUSE_PENDING:
      return ServiceStatus::PausePending;
    case SERVICE_CONTINUE_PENDING:
      return ServiceStatus::ContinuePending;
    case SERVICE_STOP_PENDING:
      return ServiceStatus::StopPending;
    case SERVICE_STOPPED:
      return ServiceStatus::Stopped;
    default:
      return ServiceStatus::Unknown;
  }
}

void read_service(Host& host, const Request& request, Rows& rows) { ServiceReader(host, rows).read(request); }

/** By the list, whose letters are those of the service: to Windows either case is the same. */
std::vector<double> service_keys(Host& host, const std::vector<std::string>& names) {
  std::vector<double> keys(names.size(), none);
  const ServiceHandle manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
  std::vector<Listed> all;
  if (list_services(manager, all) != ReadStatus::Ok) return keys;
  for (size_t i = 0; i < names.size(); i++) {
    for (const Listed& each : all) {
      const bool is_it = _stricmp(each.name.c_str(), names[i].c_str()) == 0 ||
                         _stricmp((each.name + std::string(suffix)).c_str(), names[i].c_str()) == 0;
      if (is_it) keys[i] = host.services.key_of(each.name);
    }
  }
  return keys;
}

}  // namespace sysgraph
