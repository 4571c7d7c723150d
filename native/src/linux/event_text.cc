#include <linux/cn_proc.h>
#include <linux/connector.h>

#include <cstddef>
#include <cstring>

#include "event.h"
#include "netlink_socket.h"

namespace sysgraph::event {
namespace {

struct Kind {
  uint32_t bits;
  What what;
};

// Newer headers name these elsewhere.
constexpr Kind kinds[] = {{0, What::Answer}, {1, What::Fork}, {2, What::Exec}, {0x80000000, What::Exit}};

What what_of(uint32_t bits) {
  for (const Kind& kind : kinds) {
    if (kind.bits == bits) return kind.what;
  }
  return What::Other;
}

/** A number of the message's, which kernels make longer as they learn to tell more: what is not there is 0. */
template <typename T>
T at(std::string_view bytes, size_t offset) {
  T value{};
  if (bytes.size() >= offset + sizeof value) std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

constexpr size_t data = offsetof(proc_event, event_data);
constexpr size_t child = offsetof(proc_event, event_data.fork.child_pid);
constexpr size_t parent = offsetof(proc_event, event_data.fork.parent_tgid);
constexpr size_t status = offsetof(proc_event, event_data.exit.exit_code);

}  // namespace

std::optional<Heard> parse(std::string_view body) {
  cn_msg header{};
  if (!netlink::copy_front(body, header) || header.id.idx != CN_IDX_PROC || header.id.val != CN_VAL_PROC) return {};
  const std::string_view told = body.substr(sizeof header, header.len);
  if (told.size() < data + sizeof(int32_t)) return {};
  Heard heard;
  heard.what = what_of(at<uint32_t>(told, 0));
  heard.cpu = at<uint32_t>(told, offsetof(proc_event, cpu));
  heard.sequence = header.seq;
  heard.question = header.ack;
  heard.nanoseconds = at<uint64_t>(told, offsetof(proc_event, timestamp_ns));
  if (heard.what == What::Answer) {
    heard.code = at<uint32_t>(told, data);
    return heard;
  }
  const size_t who = heard.what == What::Fork ? child : data;
  heard.thread = at<int32_t>(told, who);
  heard.process = at<int32_t>(told, who + sizeof(int32_t));
  if (heard.what == What::Fork) heard.parent = at<int32_t>(told, parent);
  if (heard.what == What::Exit) heard.code = at<uint32_t>(told, status);
  return heard;
}

}  // namespace sysgraph::event
