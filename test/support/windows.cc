// Gives bytes to the pure decoders of Windows: a line of input is a decoder, where the buffer was, and its bytes in
// hexadecimal; a line of output is what it made of them as JSON, or null. Built with the sanitizers, each time on a
// buffer of the very size of the bytes, so that a read past their end does not go unnoticed.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>

#include "windows/connection_table.h"
#include "windows/disk_table.h"
#include "windows/error.h"
#include "windows/mount_table.h"
#include "windows/peb.h"
#include "windows/process_table.h"
#include "windows/system_table.h"
#include "windows/utf16.h"

namespace {

using namespace sysgraph;

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
    json += escaped;
  }
  return json + '"';
}

std::string number(double value) {
  std::ostringstream out;
  out.precision(17);
  if (std::isnan(value)) return "null";
  out << value;
  return out.str();
}

/** Names and values, in turn. */
class Json {
 public:
  Json& add(const char* name, const std::string& value) {
    text_ += (text_.empty() ? "" : ",") + quoted(name) + ':' + value;
    return *this;
  }
  std::string text() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

template <typename Items, typename Each>
std::string list(const Items& items, Each each) {
  std::string json;
  for (const auto& item : items) json += (json.empty() ? "" : ",") + each(item);
  return '[' + json + ']';
}

std::string thread(const process::ThreadEntry& of, const process::Moment& now) {
  const thread::Task row = process::task_of(of, now);
  return Json()
      .add("tid", number(row.tid))
      .add("status", number(row.status))
      .add("user", number(row.cpu_times_user))
      .add("system", number(row.cpu_times_system))
      .add("startTicks", number(row.start_ticks))
      .text();
}

constexpr double epoch = 116444736000000000;

std::string processes(std::string_view bytes, uint64_t base) {
  // A thousand seconds after 1970, a hundred after boot.
  const process::Moment now{epoch + 1000e7, 100};
  std::vector<process::Entry> table;
  if (!process::parse_processes(bytes, base, now, table)) return "null";
  const std::string all = list(table, [&](const process::Entry& of) {
    return Json()
        .add("pid", number(of.pid))
        .add("ppid", number(of.parent.ppid))
        .add("name", quoted(of.name))
        .add("status", number(of.state.status))
        .add("isKernel", number(of.stat.is_kernel_thread))
        .add("hasEnded", of.has_ended() ? "true" : "false")
        .add("started", number(of.stat.started))
        .add("createTime", number(of.stat.create_time))
        .add("numHandles", number(of.state.num_handles))
        .add("minor", number(of.stat.page_faults_minor))
        .add("major", number(of.stat.page_faults_major))
        .add("rss", number(of.statm.memory_rss))
        .add("vms", number(of.statm.memory_vms))
        .add("peakRss", number(of.status.memory_peak_rss))
        .add("ctxSwitches", number(of.status.ctx_switches_voluntary))
        .add("readBytes", number(of.io.io_read_bytes))
        .add("otherCount", number(of.io.io_other_count))
        .add("threads", list(of.threads, [&](const auto& each) { return thread(each, now); }))
        .text();
  });
  return Json().add("processes", all).add("ready", number(process::count_ready(table))).text();
}

std::string handles(const std::vector<process::HandleEntry>& all) {
  return list(all, [](const process::HandleEntry& of) {
    const char* const mode = process::open_mode(of.access);
    return Json()
        .add("pid", number(of.pid))
        .add("handle", number(static_cast<double>(of.handle)))
        .add("mode", mode == nullptr ? "null" : quoted(mode))
        .text();
  });
}

std::string sockets(std::string_view bytes, connection::Protocol protocol) {
  std::vector<connection::Socket> all;
  if (!connection::parse_sockets(bytes, protocol, all)) return "null";
  return list(all, [](const connection::Socket& of) {
    return Json()
        .add("pid", number(of.pid))
        .add("status", number(static_cast<double>(of.status)))
        .add("local", quoted(of.local_address + ' ' + std::to_string(of.local_port)))
        .add("remote", quoted(of.remote_address + ' ' + std::to_string(of.remote_port)))
        .add("inode", number(connection::inode_of(of)))
        .text();
  });
}

/** Two groups of processors, of which each has half the bytes. */
std::string cpus(std::string_view bytes) {
  std::vector<system::Processor> all;
  system::add_group(bytes.substr(0, bytes.size() / 2), all);
  system::add_group(bytes.substr(bytes.size() / 2), all);
  return list(all, [](const system::Processor& each) {
    const system::CpuTimes& of = each.times;
    return Json()
        .add("number", number(each.number))
        .add("user", number(of.user))
        .add("system", number(of.system))
        .add("idle", number(of.idle))
        .add("irq", number(of.irq))
        .add("dpc", number(of.dpc))
        .add("interrupts", number(of.interrupts))
        .text();
  });
}

/** Both numbers that a decoder finds. */
template <typename Decoder>
std::string pair(std::string_view bytes, Decoder decoder) {
  double first = none;
  double second = none;
  return decoder(bytes, first, second) ? '[' + number(first) + ',' + number(second) + ']' : "null";
}

/** The memory of a process, which begins with its block. */
std::string inside(std::string_view bytes, uint64_t base, const peb::Layout& layout) {
  const peb::Read read = [&](uint64_t address, size_t length) {
    std::string found(length, '\0');
    for (size_t i = 0; i < length; i++) {
      const uint64_t at = address - base + i;
      if (address >= base && at < bytes.size()) found[i] = bytes[at];
    }
    return found;
  };
  const auto [line, folder, environment] = peb::find_parameters(base, layout, read);
  return Json()
      .add("commandLine", quoted(utf8_of(read(line.address, line.length))))
      .add("folder", quoted(utf8_of(read(folder.address, folder.length))))
      .add("environment", number(static_cast<double>(environment)))
      .text();
}

std::string counts(std::string_view bytes) {
  disk::Counts all{};
  return disk::parse_performance(bytes, all) ? list(all, number) : "null";
}

std::string descriptor(std::string_view bytes) {
  const disk::Descriptor of = disk::parse_descriptor(bytes);
  return Json().add("model", quoted(of.model)).add("removable", number(of.removable)).text();
}

/** Names with a NUL behind each: the first is the path, the others are the places. */
std::string place(std::string_view bytes) {
  std::vector<std::string> names;
  for (size_t at = 0; at < bytes.size(); at += names.back().size() + 1)
    names.emplace_back(bytes.substr(at, bytes.find('\0', at) - at));
  const std::string path = names.front();
  names.erase(names.begin());
  return number(mount::place_of(path, names));
}

std::string of_drives(const std::string& decoder, std::string_view bytes) {
  if (decoder == "counts") return counts(bytes);
  if (decoder == "size") return number(disk::parse_size(bytes));
  if (decoder == "descriptor") return descriptor(bytes);
  if (decoder == "seek") return number(disk::parse_seek_penalty(bytes));
  if (decoder == "drives") return list(mount::split_drives(bytes), quoted);
  if (decoder == "place") return place(bytes);
  return "null";
}

std::string of_system(const std::string& decoder, std::string_view bytes) {
  if (decoder == "cpus") return cpus(bytes);
  if (decoder == "cores") return number(system::count_cores(bytes));
  if (decoder == "time") return pair(bytes, system::parse_time_of_day);
  if (decoder == "performance") return pair(bytes, system::parse_performance);
  if (decoder == "pagefiles") return pair(bytes, system::parse_page_files);
  return "null";
}

/** What errors mean, which are 4 bytes each. */
template <typename Meaning>
std::string meanings(std::string_view bytes, Meaning meaning) {
  std::vector<double> all;
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    uint32_t error = 0;
    std::memcpy(&error, bytes.data() + at, sizeof error);
    all.push_back(static_cast<double>(meaning(error)));
  }
  return list(all, number);
}

std::string decode(const std::string& decoder, uint64_t base, std::string_view bytes) {
  using connection::Protocol;
  std::vector<process::HandleEntry> found;
  double unique = none;
  if (decoder == "processes") return processes(bytes, base);
  if (decoder == "handles" || decoder == "allhandles") {
    const auto table = decoder == "handles" ? process::HandleTable::OfProcess : process::HandleTable::OfAll;
    return process::parse_handles(bytes, table, 7, found) ? handles(found) : "null";
  }
  if (decoder == "unique") return process::parse_unique(bytes, 4096, unique) ? number(unique) : "null";
  if (decoder == "tcp4") return sockets(bytes, Protocol::Tcp4);
  if (decoder == "tcp6") return sockets(bytes, Protocol::Tcp6);
  if (decoder == "udp4") return sockets(bytes, Protocol::Udp4);
  if (decoder == "udp6") return sockets(bytes, Protocol::Udp6);
  if (decoder == "errors") return meanings(bytes, status_of_error);
  if (decoder == "statuses") return meanings(bytes, [](uint32_t of) { return status_of_nt(static_cast<int32_t>(of)); });
  if (decoder == "text") return quoted(utf8_of(bytes));
  if (decoder == "arguments") return quoted(peb::split_arguments(bytes));
  if (decoder == "folder") return quoted(peb::folder_text(bytes));
  if (decoder == "peb64") return inside(bytes, base, peb::layout64);
  if (decoder == "peb32") return inside(bytes, base, peb::layout32);
  if (decoder == "environment")
    return list(peb::split_environment(bytes),
                [](const peb::Variable& of) { return '[' + quoted(of.name) + ',' + quoted(of.value) + ']'; });
  const std::string of = of_drives(decoder, bytes);
  return of == "null" ? of_system(decoder, bytes) : of;
}

}  // namespace

int main() {
  std::string decoder;
  std::string base;
  std::string hex;
  while (std::cin >> decoder >> base >> hex) {
    // No bytes at all are written as a dash.
    const size_t size = hex == "-" ? 0 : hex.size() / 2;
    const auto bytes = std::make_unique<char[]>(size);
    for (size_t i = 0; i < size; i++) bytes[i] = static_cast<char>(std::stoi(hex.substr(i * 2, 2), nullptr, 16));
    std::cout << decode(decoder, std::stoull(base), {bytes.get(), size}) << '\n';
  }
}
