#pragma once
#include <cstddef>
#include <cstdint>

// What is used of sd-bus, systemd's own client of D-Bus. It is loaded when it is first wanted, so that the addon runs
// where there is none.
struct sd_bus;
struct sd_bus_message;
struct sd_bus_slot;

namespace sysgraph {

struct SdBusError {
  const char* name;
  const char* message;
  int need_free;
};

using SdBusHandler = int (*)(sd_bus_message*, void* context, SdBusError*);

struct SdBus {
  int (*open_system)(sd_bus**);
  void (*close)(sd_bus*);
  sd_bus* (*unref)(sd_bus*);
  int (*process)(sd_bus*, sd_bus_message**);
  int (*wait)(sd_bus*, uint64_t microseconds);
  int (*add_filter)(sd_bus*, sd_bus_slot**, SdBusHandler, void* context);
  int (*call_async)(sd_bus*, sd_bus_slot**, sd_bus_message*, SdBusHandler, void* context, uint64_t microseconds);

  int (*new_method_call)(sd_bus*, sd_bus_message**, const char* destination, const char* path, const char* interface,
                         const char* member);
  sd_bus_message* (*message_unref)(sd_bus_message*);
  int (*set_auto_start)(sd_bus_message*, int);
  int (*append_basic)(sd_bus_message*, char type, const void* value);
  int (*append_strv)(sd_bus_message*, char** texts);

  const SdBusError* (*get_error)(sd_bus_message*);
  int (*is_signal)(sd_bus_message*, const char* interface, const char* member);
  int (*enter_container)(sd_bus_message*, char type, const char* contents);
  int (*exit_container)(sd_bus_message*);
  int (*read_basic)(sd_bus_message*, char type, void* value);
  int (*skip)(sd_bus_message*, const char* types);
};

/** The library; null where there is none, or one that lacks something. */
const SdBus* sd_bus_library();

}  // namespace sysgraph
