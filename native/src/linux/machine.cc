// What the host runs on and in: hardware, a virtual machine, a container. By files alone: nothing is run or asked.
#include "machine.h"

#include <unistd.h>

#include "../parse.h"
#include "cpu.h"

namespace sysgraph {
namespace {

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

/** Texts of device trees end with a NUL. */
std::string tree_text(const std::string& path, Attributes& files) {
  std::string text = files.text(path);
  text.resize(text.find('\0') == std::string::npos ? text.size() : text.find('\0'));
  return text;
}

Firmware read_firmware(const Host& host, Attributes& files) {
  const std::string dmi = host.sys + "/class/dmi/id/";
  return {files.text(dmi + "sys_vendor"), files.text(dmi + "product_name"),
          tree_text(host.proc + "/device-tree/model", files)};
}

/** What started the first process may have told it; only its owner may read that. */
std::string told_to_first(const Host& host, Attributes& files) {
  constexpr std::string_view key = "container=";
  std::string_view environment = files.whole(host.proc + "/1/environ");
  while (!environment.empty()) {
    const std::string_view item = take(environment, '\0');
    if (starts_with(item, key)) return std::string(item.substr(key.size()));
  }
  return {};
}

std::string container_of(const Host& host, Attributes& files) {
  const std::string release = files.text(host.proc + "/sys/kernel/osrelease");
  if (release.find("microsoft") != std::string::npos || release.find("WSL") != std::string::npos) return "wsl";
  if (exists(host.proc + "/vz") && !exists(host.proc + "/bc")) return "openvz";
  std::string told = files.text(host.root + "/run/systemd/container");
  if (told.empty()) told = told_to_first(host, files);
  if (!told.empty()) return told == "oci" ? "docker" : told;
  if (exists(host.root + "/run/.containerenv")) return "podman";
  return exists(host.root + "/.dockerenv") ? "docker" : "";
}

std::string virtual_machine_of(const Host& host, const Firmware& firmware, Attributes& files) {
  std::string hypervisor = hypervisor_of(firmware);
  if (!hypervisor.empty()) return hypervisor;
  std::string type = files.text(host.sys + "/hypervisor/type");
  // The first domain of Xen is the host.
  const bool is_host = files.whole(host.proc + "/xen/capabilities").find("control_d") != std::string_view::npos;
  if (!type.empty() && !is_host) return type;
  if (exists(host.proc + "/device-tree/hypervisor")) return "kvm";
  return cpu::parse_info(files.whole(host.proc + "/cpuinfo")).has_hypervisor && !is_host ? "vm-other" : "";
}

}  // namespace

Machine read_machine(const Host& host, Attributes& files) {
  Firmware firmware = read_firmware(host, files);
  std::string virtualization = container_of(host, files);
  if (virtualization.empty()) virtualization = virtual_machine_of(host, firmware, files);
  if (firmware.board.empty()) firmware.board = cpu::parse_info(files.whole(host.proc + "/cpuinfo")).machine;
  return {machine_of(firmware), virtualization};
}

}  // namespace sysgraph
