#include <algorithm>
#include <map>

#include "../parse.h"
#include "service.h"

namespace sysgraph::service {
namespace {

constexpr std::string_view suffix = ".service";
constexpr std::string_view failed = "FAILED";

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};

template <typename Value, size_t Count>
Value meaning_of(const Word<Value> (&words)[Count], std::string_view word, Value otherwise) {
  for (const Word<Value>& known : words) {
    if (known.word == word) return known.value;
  }
  return otherwise;
}

constexpr Word<ServiceStatus> statuses[] = {
    {"active", ServiceStatus::Running},
    {"activating", ServiceStatus::StartPending},
    {"deactivating", ServiceStatus::StopPending},
    {"inactive", ServiceStatus::Stopped},
    {"failed", ServiceStatus::Failed},
    {"reloading", ServiceStatus::Reloading},
    {"refreshing", ServiceStatus::Reloading},
};

constexpr Word<ServiceStartType> start_types[] = {
    {"enabled", ServiceStartType::Automatic},
    {"enabled-runtime", ServiceStartType::Automatic},
    // What makes them starts them.
    {"generated", ServiceStartType::Automatic},
    {"transient", ServiceStartType::Manual},
    {"disabled", ServiceStartType::Disabled},
    // Of these something else may be enabled: another file, or an instance.
    {"indirect", ServiceStartType::Disabled},
    {"linked", ServiceStartType::Disabled},
    {"linked-runtime", ServiceStartType::Disabled},
    {"static", ServiceStartType::Static},
    {"masked", ServiceStartType::Masked},
    {"masked-runtime", ServiceStartType::Masked},
};

constexpr Word<std::string_view> results[] = {
    {"done", "DONE"},
    // There was nothing to do.
    {"skipped", "DONE"},
    {"canceled", "REFUSED"},
    {"timeout", "TIMED_OUT"},
};

constexpr Word<std::string_view> errors[] = {
    {"org.freedesktop.DBus.Error.AccessDenied", "ACCESS_DENIED"},
    {"org.freedesktop.DBus.Error.AuthFailed", "ACCESS_DENIED"},
    {"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "ACCESS_DENIED"},
    {"org.freedesktop.systemd1.NoSuchUnit", "NO_SUCH_SERVICE"},
    {"org.freedesktop.DBus.Error.InvalidArgs", "INVALID_ARGUMENT"},
    {"org.freedesktop.DBus.Error.ServiceUnknown", "NOT_SUPPORTED"},
    {"org.freedesktop.DBus.Error.NameHasNoOwner", "NOT_SUPPORTED"},
    {"org.freedesktop.DBus.Error.Timeout", "TIMED_OUT"},
    {"org.freedesktop.DBus.Error.TimedOut", "TIMED_OUT"},
    {"org.freedesktop.systemd1.UnitMasked", "REFUSED"},
    {"org.freedesktop.systemd1.OnlyByDependency", "REFUSED"},
    {"org.freedesktop.systemd1.JobTypeNotApplicable", "REFUSED"},
    {"org.freedesktop.systemd1.TransactionIsDestructive", "REFUSED"},
    {"org.freedesktop.systemd1.ShuttingDown", "REFUSED"},
};

bool is_service(std::string_view name) {
  return name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

bool is_template(std::string_view name) {
  return is_service(name) && name.find('@') == name.size() - suffix.size() - 1;
}

bool is_name_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view(":-_.\\@").find(c) != std::string_view::npos;
}

}  // namespace

bool is_there(std::string_view load, std::string_view active) { return load != "not-found" || active != "inactive"; }

bool is_name(std::string_view name) {
  constexpr size_t longest = 255;
  return name.size() <= longest && name[0] != '@' && is_service(name) && !is_template(name) &&
         std::all_of(name.begin(), name.end(), is_name_letter);
}

ServiceStatus status_of(std::string_view active) { return meaning_of(statuses, active, ServiceStatus::Unknown); }

ServiceStartType start_type_of(std::string_view state) {
  return meaning_of(start_types, state, ServiceStartType::Unknown);
}

std::string_view outcome_of_job(std::string_view result) { return meaning_of(results, result, failed); }
std::string_view outcome_of_error(std::string_view name) { return meaning_of(errors, name, failed); }

std::string_view outcome_of_status(ReadStatus status) {
  if (status == ReadStatus::Denied) return "ACCESS_DENIED";
  if (status == ReadStatus::Unsupported) return "NOT_SUPPORTED";
  return status == ReadStatus::TimedOut ? "TIMED_OUT" : failed;
}

std::string template_of(std::string_view name) {
  const size_t at = name.find('@');
  if (at == std::string_view::npos || !is_service(name)) return {};
  return std::string(name.substr(0, at + 1)).append(suffix);
}

std::string object_path(std::string_view name) {
  static const char* const digits = "0123456789abcdef";
  std::string path = "/org/freedesktop/systemd1/unit/";
  const size_t start = path.size();
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || (is_digit(c) && path.size() > start)) {
      path += c;
    } else {
      path += '_';
      path += digits[byte >> 4];
      path += digits[byte & 15];
    }
  }
  return path;
}

std::vector<Listed> merge(const std::vector<LoadedUnit>& units, const std::vector<UnitFile>& files) {
  std::map<std::string, std::string> states;
  for (const UnitFile& file : files) states.emplace(file.path.substr(file.path.rfind('/') + 1), file.state);
  std::map<std::string, Listed> all;
  for (const auto& [name, state] : states) {
    if (!is_service(name) || is_template(name) || state == "alias") continue;
    all[name] = {name, false, {}, "dead", ServiceStatus::Stopped, start_type_of(state)};
  }
  for (const LoadedUnit& unit : units) {
    if (!is_service(unit.name) || !is_there(unit.load, unit.active)) continue;
    auto state = states.find(unit.name);
    // An instance without a file of its own is started as its template is.
    if (state == states.end()) state = states.find(template_of(unit.name));
    const auto type = state == states.end() ? ServiceStartType::Unknown : start_type_of(state->second);
    all[unit.name] = {unit.name, true, unit.description, unit.sub, status_of(unit.active), type};
  }
  std::vector<Listed> listed;
  listed.reserve(all.size());
  for (auto& [name, one] : all) listed.push_back(std::move(one));
  return listed;
}

}  // namespace sysgraph::service
