#pragma once
#include <string>
#include <string_view>

#include "attributes.h"
#include "host.h"

namespace sysgraph {

/** What the firmware says of the hardware; empty where it does not say. */
struct Firmware {
  std::string vendor;
  std::string product;
  std::string board;
};

/** The virtual machine that firmware like this belongs to, by the names that systemd uses; empty if it is none. */
std::string hypervisor_of(const Firmware& firmware);

/** What hardware calls itself: its maker and its product, or what a board says; empty if nothing does. */
std::string machine_of(const Firmware& firmware);

/** What the host runs in and on, by files alone. */
struct Machine {
  std::string name;
  std::string virtualization;
};
Machine read_machine(const Host& host, Attributes& files);

}  // namespace sysgraph
