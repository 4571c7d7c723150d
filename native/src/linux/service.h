#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "../gen/tables.h"

// What systemd says of services, understood.
namespace sysgraph::service {

/** A unit that systemd has loaded. */
struct LoadedUnit {
  std::string name;
  std::string description;
  std::string load;
  std::string active;
  std::string sub;
};

/** A file that a unit could be loaded from. */
struct UnitFile {
  std::string path;
  std::string state;
};

/** A service, loaded or only installed. */
struct Listed {
  std::string name;
  /** Of those that are not loaded only their files could tell. */
  bool is_loaded = false;
  std::string description;
  std::string sub;
  ServiceStatus status = ServiceStatus::Stopped;
  ServiceStartType start_type = ServiceStartType::Unknown;
};

/** What only others speak of, and nobody installed, is no service, unless it is still running. */
bool is_there(std::string_view load, std::string_view active);

/** Whether a service may be called so: systemd answers no question that has a bad name in it. */
bool is_name(std::string_view name);

/**
 * Every service, by name: what is loaded, and what is installed. A template is none, as it only makes some; the other
 * name of a service is none either.
 */
std::vector<Listed> merge(const std::vector<LoadedUnit>& units, const std::vector<UnitFile>& files);

/** What systemd calls the state of a unit, active, and what it calls that of its file, enabled. */
ServiceStatus status_of(std::string_view active);
ServiceStartType start_type_of(std::string_view state);

/** The template an instance was made of: getty@.service of getty@tty1.service; empty for what is no instance. */
std::string template_of(std::string_view name);

/** Where a unit is on the bus: what is neither a letter nor a digit is written as _NN there. */
std::string object_path(std::string_view name);

/** How a job of systemd ended, or why there was none, by the words of the graph: DONE, ACCESS_DENIED, REFUSED. */
std::string_view outcome_of_job(std::string_view result);
std::string_view outcome_of_error(std::string_view name);
std::string_view outcome_of_status(ReadStatus status);

}  // namespace sysgraph::service
