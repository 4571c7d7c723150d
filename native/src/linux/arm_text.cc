#include "arm.h"

namespace sysgraph::cpu {
namespace {

struct Name {
  std::string_view number;
  std::string_view name;
};

// From the registers' documentation: who has designed a core, and, for those of ARM itself, which one it is.
constexpr Name vendors[] = {
    {"0x41", "ARM"},    {"0x42", "Broadcom"}, {"0x43", "Cavium"},    {"0x46", "Fujitsu"}, {"0x48", "HiSilicon"},
    {"0x4e", "NVIDIA"}, {"0x50", "APM"},      {"0x51", "Qualcomm"},  {"0x53", "Samsung"}, {"0x56", "Marvell"},
    {"0x61", "Apple"},  {"0x69", "Intel"},    {"0x6d", "Microsoft"}, {"0x70", "Phytium"}, {"0xc0", "Ampere"},
};

constexpr Name models[] = {
    {"0xb76", "ARM1176"},    {"0xc07", "Cortex-A7"},   {"0xc08", "Cortex-A8"},   {"0xc09", "Cortex-A9"},
    {"0xc0f", "Cortex-A15"}, {"0xd03", "Cortex-A53"},  {"0xd04", "Cortex-A35"},  {"0xd05", "Cortex-A55"},
    {"0xd07", "Cortex-A57"}, {"0xd08", "Cortex-A72"},  {"0xd09", "Cortex-A73"},  {"0xd0a", "Cortex-A75"},
    {"0xd0b", "Cortex-A76"}, {"0xd0c", "Neoverse-N1"}, {"0xd0d", "Cortex-A77"},  {"0xd40", "Neoverse-V1"},
    {"0xd41", "Cortex-A78"}, {"0xd44", "Cortex-X1"},   {"0xd46", "Cortex-A510"}, {"0xd47", "Cortex-A710"},
    {"0xd48", "Cortex-X2"},  {"0xd49", "Neoverse-N2"}, {"0xd4f", "Neoverse-V2"}, {"0xd80", "Cortex-A520"},
};

template <size_t Count>
std::string name_of(const Name (&names)[Count], std::string_view number) {
  for (const Name& of : names) {
    if (of.number == number) return std::string(of.name);
  }
  return {};
}

}  // namespace

std::string arm_vendor(std::string_view implementer) { return name_of(vendors, implementer); }

std::string arm_model(std::string_view implementer, std::string_view part) {
  return implementer == "0x41" ? name_of(models, part) : std::string();
}

}  // namespace sysgraph::cpu
