// Services, from systemd over the system bus.
#include "service.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "../parse.h"
#include "bus.h"
#include "host.h"
#include "systemd.h"

namespace sysgraph {
namespace {

using namespace service;

/** What systemd writes where it has no figure; as a double it is the power of two above it. */
constexpr double no_figure = 18446744073709551615.0;

/** What GetAll tells of one service. */
struct Details {
  ReadStatus status = ReadStatus::Failed;
  std::string load;
  std::string active;
  std::string file_state;
  std::string binary_path;
  std::string username;
  std::string control_group;
  bool is_dynamic_user = false;
  double pid = 0;
  double left_inactive = 0;
  double memory = no_figure;
  double cpu = no_figure;

  bool is_active() const { return active != "inactive" && active != "failed"; }
};

/** Programs with their arguments; only the first program is looked at. */
std::string first_program(Reply& reply) {
  std::string path;
  if (!reply.enter('a', "(sasbttttuii)")) return path;
  while (reply.enter('r', "sasbttttuii")) {
    const std::string_view program = reply.text();
    if (path.empty()) path = program;
    reply.skip("asbttttuii");
    reply.leave();
  }
  reply.leave();
  return path;
}

Details details_in(Reply& reply) {
  Details of;
  const auto into = [](std::string& text) { return [&text](Reply& value) { text = value.text(); }; };
  const auto into_figure = [](double& figure) { return [&figure](Reply& value) { figure = value.unsigned64(); }; };
  reply.properties({
      {"LoadState", "s", into(of.load)},
      {"ActiveState", "s", into(of.active)},
      {"UnitFileState", "s", into(of.file_state)},
      {"InactiveExitTimestamp", "t", into_figure(of.left_inactive)},
      {"MainPID", "u", [&](Reply& value) { of.pid = value.unsigned32(); }},
      {"User", "s", into(of.username)},
      {"DynamicUser", "b", [&](Reply& value) { of.is_dynamic_user = value.flag(); }},
      {"ExecStart", "a(sasbttttuii)", [&](Reply& value) { of.binary_path = first_program(value); }},
      {"ControlGroup", "s", into(of.control_group)},
      {"MemoryCurrent", "t", into_figure(of.memory)},
      {"CPUUsageNSec", "t", into_figure(of.cpu)},
  });
  of.status = reply.status();
  if (of.status == ReadStatus::Ok && !is_there(of.load, of.active)) of.status = ReadStatus::Gone;
  return of;
}

std::string_view text_or_none(const std::string& text) { return text.empty() ? std::string_view() : text; }

/** The units of an answer, in its order. */
std::vector<LoadedUnit> units_in(Reply& reply) {
  std::vector<LoadedUnit> found;
  if (!reply.enter('a', "(ssssssouso)")) return found;
  while (reply.enter('r', "ssssssouso")) {
    LoadedUnit of;
    of.name = reply.text();
    of.description = reply.text();
    of.load = reply.text();
    of.active = reply.text();
    of.sub = reply.text();
    reply.skip("souso");
    reply.leave();
    found.push_back(std::move(of));
  }
  return found;
}

std::vector<UnitFile> files_in(Reply& reply) {
  std::vector<UnitFile> found;
  if (!reply.enter('a', "(ss)")) return found;
  while (reply.enter('r', "ss")) {
    UnitFile of;
    of.path = reply.text();
    of.state = reply.text();
    reply.leave();
    found.push_back(std::move(of));
  }
  return found;
}

/** Asks of these what systemd knows, loaded or not; they come in the order of the names, each under its own name. */
void ask_units(Bus& bus, const Texts& names, std::vector<LoadedUnit>& units, ReadStatus& status) {
  if (names.empty()) return;
  bus.ask(of_manager("ListUnitsByNames", {names}), [&](Reply& reply) {
    units = units_in(reply);
    status = reply.status();
  });
  bus.wait();
  if (status == ReadStatus::Ok && units.size() != names.size()) status = ReadStatus::Malformed;
}

/** Reads the rows of one call. */
class ServiceReader {
 public:
  ServiceReader(Host& host, const Request& request, Rows& rows) : host_(host), request_(request), rows_(rows) {}

  void read() {
    status_ = ReadStatus::Unsupported;
    if (host_.live) {
      const auto check = [&] { rows_.check(); };
      const ReadStatus status = host_.bus.take(check, [&](Bus& bus) { ask(bus); });
      if (!is_asked_) status_ = status;
    }
    if (status_ == ReadStatus::Ok) {
      for (const Chosen& chosen : chosen_) write(chosen);
      return;
    }
    // A row without the list stands for a list that could not be read.
    if (request_.lists()) return fail(0, status_);
    for (const int32_t key : request_.keys) fail(key, status_);
  }

 private:
  struct Chosen {
    int32_t key;
    /** Empty if it is gone. */
    Listed listed;
    Details details;
  };

  void ask(Bus& bus) {
    is_asked_ = true;
    status_ = ReadStatus::Ok;
    chosen_.clear();
    if (request_.lists()) {
      ask_all(bus);
    } else {
      ask_chosen(bus);
    }
    const uint32_t detailed = 1u << unit | 1u << memory | 1u << service::cpu;
    // Of all of them at once their files are told, of a few each tells of its own.
    const bool is_detailed = rows_.wants_any(detailed) || (rows_.wants(files) && !request_.lists());
    if (status_ != ReadStatus::Ok || !is_detailed) return;
    for (Chosen& chosen : chosen_) ask_details(bus, chosen);
    bus.wait();
  }

  void ask_all(Bus& bus) {
    std::vector<LoadedUnit> loaded;
    std::vector<UnitFile> installed;
    const Texts any;
    const Texts services{"*.service"};
    rows_.count_read(units);
    bus.ask(of_manager("ListUnitsByPatterns", {any, services}), [&](Reply& reply) {
      loaded = units_in(reply);
      judge(reply.status());
    });
    rows_.count_read(files);
    bus.ask(of_manager("ListUnitFilesByPatterns", {any, services}), [&](Reply& reply) {
      installed = files_in(reply);
      judge(reply.status());
    });
    bus.wait();
    if (status_ == ReadStatus::Ok) choose(merge(loaded, installed));
    if (rows_.wants(description)) describe(bus);
  }

  void choose(std::vector<Listed> all) {
    std::set<std::string> there;
    for (const Listed& one : all) there.insert(one.name);
    host_.services.keep(there);
    const std::set<int32_t> others(request_.keys.begin(), request_.keys.end());
    for (Listed& one : all) {
      const int32_t key = host_.services.key_of(one.name);
      if (others.count(key) == 0) chosen_.push_back({key, std::move(one), {}});
    }
  }

  /** Of what is not loaded, the lists have no description. */
  void describe(Bus& bus) {
    Texts names;
    std::vector<Listed*> silent;
    for (Chosen& chosen : chosen_) {
      if (chosen.listed.is_loaded || !is_name(chosen.listed.name)) continue;
      names.push_back(chosen.listed.name);
      silent.push_back(&chosen.listed);
    }
    std::vector<LoadedUnit> loaded;
    ReadStatus status = ReadStatus::Ok;
    rows_.count_read(description);
    ask_units(bus, names, loaded, status);
    // A file that cannot be loaded is the end of the whole answer; then their names have to do.
    for (size_t i = 0; i < loaded.size() && status == ReadStatus::Ok; i++)
      silent[i]->description = loaded[i].description;
  }

  void ask_chosen(Bus& bus) {
    Texts names;
    for (const int32_t key : request_.keys) {
      Chosen chosen{key, {}, {}};
      chosen.listed.name = host_.services.name_of(key).value_or("");
      if (!chosen.listed.name.empty()) names.push_back(chosen.listed.name);
      chosen_.push_back(std::move(chosen));
    }
    if (!rows_.wants_any(1u << units | 1u << description)) return;
    std::vector<LoadedUnit> loaded;
    rows_.count_read(units);
    ask_units(bus, names, loaded, status_);
    if (status_ != ReadStatus::Ok) return;
    size_t next = 0;
    for (Chosen& chosen : chosen_) {
      if (chosen.listed.name.empty()) continue;
      const LoadedUnit& of = loaded[next++];
      const std::string name = is_there(of.load, of.active) ? chosen.listed.name : std::string();
      chosen.listed = {name, true, of.description, of.sub, status_of(of.active), ServiceStartType::Unknown};
    }
  }

  void ask_details(Bus& bus, Chosen& chosen) {
    if (chosen.listed.name.empty()) return;
    rows_.count_read(unit);
    bus.ask(properties_of(systemd, object_path(chosen.listed.name)),
            [&](Reply& reply) { chosen.details = details_in(reply); });
  }

  void judge(ReadStatus status) {
    if (status_ == ReadStatus::Ok) status_ = status;
  }

  void fail(int32_t key, ReadStatus status) {
    rows_.begin(key);
    for (uint32_t source = 0; source < std::size(widths); source++) rows_.fail(source, status);
  }

  void write(const Chosen& chosen) {
    const Listed& of = chosen.listed;
    if (of.name.empty()) return fail(chosen.key, ReadStatus::Gone);
    rows_.begin(chosen.key);
    const auto manager = static_cast<double>(ServiceManager::Systemd);
    put(rows_, Units{of.name, manager, static_cast<double>(of.status), text_or_none(of.sub)});
    // What has no description is called by its name.
    put(rows_, Description{of.description.empty() ? of.name : of.description, text_or_none(of.description)});
    if (request_.lists()) put(rows_, Files{static_cast<double>(of.start_type)});
    write_details(chosen.details);
  }

  void write_details(const Details& of) {
    if (of.status != ReadStatus::Ok) {
      for (const uint32_t source : {unit, memory, service::cpu}) rows_.fail(source, of.status);
      if (!request_.lists()) rows_.fail(files, of.status);
      return;
    }
    if (!request_.lists()) put(rows_, Files{static_cast<double>(start_type_of(of.file_state))});
    Unit row;
    row.binary_path = text_or_none(of.binary_path);
    row.username = of.username.empty() && !of.is_dynamic_user ? "root" : text_or_none(of.username);
    row.pid = of.pid > 0 ? of.pid : none;
    row.started_at = of.is_active() && of.left_inactive > 0 ? of.left_inactive / 1000 : none;
    put(rows_, row);
    // What does not run uses nothing; of what runs somebody has to count it.
    const bool is_running = !of.control_group.empty();
    put(rows_, Memory{of.memory < no_figure ? of.memory : none});
    if (of.memory >= no_figure && is_running) rows_.fail(memory, ReadStatus::Unsupported);
    put(rows_, Cpu{of.cpu < no_figure ? of.cpu / 1e9 : none});
    if (of.cpu >= no_figure && is_running) rows_.fail(service::cpu, ReadStatus::Unsupported);
  }

  Host& host_;
  const Request& request_;
  Rows& rows_;
  bool is_asked_ = false;
  ReadStatus status_ = ReadStatus::Ok;
  std::vector<Chosen> chosen_;
};

/** What one of these names stands for, which may be another one: that of the service it is an alias of. */
std::vector<double> keys_of(Host& host, const Texts& names, const std::vector<LoadedUnit>& units) {
  std::vector<double> keys;
  size_t next = 0;
  for (const std::string& name : names) {
    const LoadedUnit* of = is_name(name) ? &units[next++] : nullptr;
    const bool is_known = of != nullptr && is_there(of->load, of->active);
    keys.push_back(is_known ? host.services.key_of(of->name) : none);
  }
  return keys;
}

}  // namespace

void read_service(Host& host, const Request& request, Rows& rows) { ServiceReader(host, request, rows).read(); }

std::vector<double> service_keys(Host& host, const std::vector<std::string>& names) {
  Texts asked;
  std::copy_if(names.begin(), names.end(), std::back_inserter(asked), is_name);
  std::vector<LoadedUnit> units;
  ReadStatus status = ReadStatus::Unsupported;
  const auto ask = [&](Bus& bus) {
    status = ReadStatus::Ok;
    ask_units(bus, asked, units, status);
  };
  if (host.live) host.bus.take([] {}, ask);
  return status == ReadStatus::Ok ? keys_of(host, names, units) : std::vector<double>(names.size(), none);
}

}  // namespace sysgraph
