// What measures the hardware: of that Windows tells programs about the battery alone.
#include "../none/nothing.h"
#include "win32.h"

namespace sysgraph {
namespace {

constexpr BYTE no_battery = 128;
constexpr BYTE charging = 8;
constexpr BYTE unknown = 255;

}  // namespace

void read_temperature(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }
void read_fan(Host&, const Request& request, Rows& rows) { read_nothing(request, rows); }

void read_battery(Host&, const Request& request, Rows& rows) {
  using namespace battery;
  rows.count_read(batteries);
  SYSTEM_POWER_STATUS power{};
  const bool is_told = GetSystemPowerStatus(&power) != 0;
  const ReadStatus status = is_told ? ReadStatus::Ok : last_status();
  if (is_told && (power.BatteryFlag == unknown || (power.BatteryFlag & no_battery) != 0)) return;
  for (const int32_t key : request.keys) {
    rows.begin(key);
    if (!is_told) {
      rows.fail(batteries, status);
      continue;
    }
    Batteries row;
    row.name = "battery";
    if (power.BatteryLifePercent != unknown) row.percent = std::min<double>(power.BatteryLifePercent, 100);
    const bool is_charged = power.ACLineStatus == 1 || (power.BatteryFlag & charging) != 0;
    if (!is_charged && power.BatteryLifeTime != static_cast<DWORD>(-1)) row.seconds_left = power.BatteryLifeTime;
    if (power.ACLineStatus != unknown) row.plugged_in = power.ACLineStatus;
    put(rows, row);
  }
}

}  // namespace sysgraph
