#include "../parse.h"
#include "machine.h"

namespace sysgraph {
namespace {

struct Hint {
  std::string_view prefix;
  std::string_view name;
};

// How the firmware of virtual machines begins to say who made it.
constexpr Hint hints[] = {
    {"KVM", "kvm"},
    {"OpenStack", "kvm"},
    {"KubeVirt", "kvm"},
    {"Amazon EC2", "amazon"},
    {"QEMU", "qemu"},
    {"VMware", "vmware"},
    {"VMW", "vmware"},
    {"innotek GmbH", "oracle"},
    {"VirtualBox", "oracle"},
    {"Xen", "xen"},
    {"Bochs", "bochs"},
    {"Parallels", "parallels"},
    {"BHYVE", "bhyve"},
    {"Google Compute", "google"},
    {"Apple Virtualization", "apple"},
};

}  // namespace

std::string hypervisor_of(const Firmware& firmware) {
  // The same maker has hardware too, under other names.
  if (firmware.vendor == "Microsoft Corporation" && firmware.product == "Virtual Machine") return "microsoft";
  for (const std::string_view text : {firmware.product, firmware.vendor, firmware.board}) {
    for (const Hint& hint : hints) {
      if (starts_with(text, hint.prefix)) return std::string(hint.name);
    }
  }
  return {};
}

std::string machine_of(const Firmware& firmware) {
  if (firmware.product.empty()) return firmware.board.empty() ? firmware.vendor : firmware.board;
  // Some makers begin the name of a product with their own.
  if (firmware.vendor.empty() || starts_with(firmware.product, firmware.vendor)) return firmware.product;
  return firmware.vendor + " " + firmware.product;
}

}  // namespace sysgraph
