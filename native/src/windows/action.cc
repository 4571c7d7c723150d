// What changes a process: ending and suspending it, its priorities and its CPUs.
#include <algorithm>

#include "../parse.h"
#include "inside.h"
#include "ntdll.h"
#include "process_table.h"
#include "processors.h"

namespace sysgraph {
namespace {

Effect effect_of(BOOL done) { return done ? Effect::Done : effect_of(last_status()); }
Effect effect_of_nt(LONG status) { return effect_of(status_of_nt(status)); }

constexpr std::string_view prefix = "SIG";

/** TERM, of a signal that is called so or SIGTERM. */
std::string_view signal_of(const Action& action) {
  const std::string_view name = action.name;
  return name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name;
}

bool ends(std::string_view signal) { return signal == "TERM" || signal == "KILL"; }

/** What a signal asks for; of the others Windows has nothing. */
Effect send(HANDLE process, std::string_view name) {
  // As a shell tells of a process that SIGTERM ended.
  constexpr UINT terminated = 15;
  if (ends(name)) return effect_of(TerminateProcess(process, terminated));
  if (name == "STOP") return effect_of_nt(NtSuspendProcess(process));
  if (name == "CONT") return effect_of_nt(NtResumeProcess(process));
  return Effect::Unsupported;
}

Effect set_io_priority(HANDLE process, const std::vector<double>& values) {
  static constexpr IoClass classes[] = {IoClass::VeryLow, IoClass::Low, IoClass::Normal, IoClass::High};
  // Levels are within classes of other platforms.
  if (is_known(values.at(1))) return Effect::Invalid;
  for (ULONG priority = 0; priority < std::size(classes); priority++) {
    if (values[0] == static_cast<double>(classes[priority]))
      return effect_of_nt(NtSetInformationProcess(process, process_io_priority, &priority, sizeof priority));
  }
  return Effect::Invalid;
}

/** No CPU at all is every one that it may have. One with threads in several groups of processors has no mask. */
Effect set_affinity(HANDLE process, const std::vector<double>& values) {
  DWORD_PTR before = 0;
  DWORD_PTR all = 0;
  if (!GetProcessAffinityMask(process, &before, &all)) return effect_of(FALSE);
  if (all == 0) return Effect::Unsupported;
  const DWORD_PTR wanted = values.empty() ? all : process::cpu_mask(values, first_cpu(process), all);
  return wanted == 0 ? Effect::Invalid : effect_of(SetProcessAffinityMask(process, wanted));
}

Effect set_priority_class(HANDLE process, double value) {
  static constexpr std::pair<PriorityClass, DWORD> known[] = {
      {PriorityClass::Idle, IDLE_PRIORITY_CLASS},     {PriorityClass::BelowNormal, BELOW_NORMAL_PRIORITY_CLASS},
      {PriorityClass::Normal, NORMAL_PRIORITY_CLASS}, {PriorityClass::AboveNormal, ABOVE_NORMAL_PRIORITY_CLASS},
      {PriorityClass::High, HIGH_PRIORITY_CLASS},     {PriorityClass::Realtime, REALTIME_PRIORITY_CLASS},
  };
  for (const auto& [name, number] : known) {
    if (value == static_cast<double>(name)) return effect_of(SetPriorityClass(process, number));
  }
  return Effect::Invalid;
}

DWORD rights_for(const Action& action) {
  if (action.act != Act::Signal) return PROCESS_SET_INFORMATION | PROCESS_QUERY_INFORMATION;
  return PROCESS_QUERY_LIMITED_INFORMATION | (ends(signal_of(action)) ? PROCESS_TERMINATE : PROCESS_SUSPEND_RESUME);
}

Effect do_it(HANDLE process, const Action& action) {
  switch (action.act) {
    case Act::Signal:
      return send(process, signal_of(action));
    case Act::IoNice:
      return set_io_priority(process, action.values);
    case Act::Affinity:
      return set_affinity(process, action.values);
    case Act::PriorityClass:
      return set_priority_class(process, action.values.at(0));
    default:
      return Effect::Unsupported;
  }
}

}  // namespace

/** The handle keeps the pid from being given to another process, so that what is looked at is what is acted on. */
Outcome act(Host&, const Target& target, const Action& action) {
  const auto pid = static_cast<uint32_t>(target.pid);
  if (pid == process::idle_pid || pid == process::system_pid) return {Effect::Denied, false};
  if (action.act == Act::Nice || action.act == Act::Limit) return {Effect::Unsupported, false};
  const Handle process = open_process(pid, rights_for(action));
  if (!process) return {effect_of(last_status()), false};
  const ReadStatus identity = identify(process, target);
  if (identity != ReadStatus::Ok) return {effect_of(identity), true};
  return {do_it(process.get(), action), true};
}

}  // namespace sysgraph
