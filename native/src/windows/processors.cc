#include "processors.h"

#include "ntdll.h"

namespace sysgraph {

ReadStatus list_processors(std::vector<system::Processor>& processors) {
  constexpr size_t room = 64 * 48;
  for (USHORT group = 0; group < GetActiveProcessorGroupCount(); group++) {
    std::string buffer(room, '\0');
    ULONG needed = 0;
    LONG status = NtQuerySystemInformationEx(system_processor_performance, &group, sizeof group, buffer.data(),
                                             static_cast<ULONG>(room), &needed);
    // Of the only group there is, it may be asked without saying so.
    if (status < 0 && GetActiveProcessorGroupCount() == 1)
      status = NtQuerySystemInformation(system_processor_performance, buffer.data(), static_cast<ULONG>(room), &needed);
    if (status < 0) return status_of_nt(status);
    buffer.resize(std::min<size_t>(needed, room));
    system::add_group(buffer, processors);
  }
  return processors.empty() ? ReadStatus::Failed : ReadStatus::Ok;
}

uint32_t first_cpu(HANDLE process) {
  USHORT groups = 1;
  USHORT group = 0;
  if (!GetProcessGroupAffinity(process, &groups, &group)) return 0;
  uint32_t first = 0;
  for (WORD before = 0; before < group; before++) first += GetActiveProcessorCount(before);
  return first;
}

std::vector<Speed> list_speeds() {
  // PROCESSOR_POWER_INFORMATION, which no header has.
  struct Information {
    ULONG number, max_mhz, current_mhz, limit_mhz, max_idle, current_idle;
  };
  std::vector<Information> all(static_cast<size_t>(count_logical()));
  const auto size = static_cast<ULONG>(all.size() * sizeof(Information));
  if (CallNtPowerInformation(ProcessorInformation, nullptr, 0, all.data(), size) < 0) return {};
  std::vector<Speed> speeds;
  for (const Information& of : all) {
    const auto or_none = [](ULONG mhz) { return mhz == 0 ? none : static_cast<double>(mhz); };
    speeds.push_back({or_none(of.current_mhz), or_none(of.max_mhz)});
  }
  return speeds;
}

double count_logical() { return GetActiveProcessorCount(ALL_PROCESSOR_GROUPS); }

double count_physical() {
  DWORD size = 0;
  GetLogicalProcessorInformationEx(RelationProcessorCore, nullptr, &size);
  std::string buffer(size, '\0');
  auto* const first = reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(buffer.data());
  if (size == 0 || !GetLogicalProcessorInformationEx(RelationProcessorCore, first, &size)) return none;
  buffer.resize(std::min<size_t>(size, buffer.size()));
  return system::count_cores(buffer);
}

double count_usable() {
  DWORD_PTR mask = 0;
  DWORD_PTR all = 0;
  if (!GetProcessAffinityMask(GetCurrentProcess(), &mask, &all)) return none;
  double cpus = 0;
  for (; mask != 0; mask &= mask - 1) cpus++;
  // One with threads in several groups has no mask, and all there are.
  return cpus == 0 ? count_logical() : cpus;
}

}  // namespace sysgraph
