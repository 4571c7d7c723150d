#include "sd_bus.h"

#include <dlfcn.h>

namespace sysgraph {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

/** It stays for good: what was taken out of it may be in use on any thread. */
const SdBus* load() {
  static SdBus bus;
  void* library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  const bool is_whole =
      find(library, "sd_bus_open_system", bus.open_system) && find(library, "sd_bus_close", bus.close) &&
      find(library, "sd_bus_unref", bus.unref) && find(library, "sd_bus_process", bus.process) &&
      find(library, "sd_bus_wait", bus.wait) && find(library, "sd_bus_add_filter", bus.add_filter) &&
      find(library, "sd_bus_call_async", bus.call_async) &&
      find(library, "sd_bus_message_new_method_call", bus.new_method_call) &&
      find(library, "sd_bus_message_unref", bus.message_unref) &&
      find(library, "sd_bus_message_set_auto_start", bus.set_auto_start) &&
      find(library, "sd_bus_message_append_basic", bus.append_basic) &&
      find(library, "sd_bus_message_append_strv", bus.append_strv) &&
      find(library, "sd_bus_message_get_error", bus.get_error) &&
      find(library, "sd_bus_message_is_signal", bus.is_signal) &&
      find(library, "sd_bus_message_enter_container", bus.enter_container) &&
      find(library, "sd_bus_message_exit_container", bus.exit_container) &&
      find(library, "sd_bus_message_read_basic", bus.read_basic) && find(library, "sd_bus_message_skip", bus.skip);
  return is_whole ? &bus : nullptr;
}

}  // namespace

const SdBus* sd_bus_library() {
  static const SdBus* const library = load();
  return library;
}

}  // namespace sysgraph
