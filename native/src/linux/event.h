#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

// The pure half of the reader of the kernel's process connector: bytes in, what they tell out.
namespace sysgraph::event {

enum class What { Nothing, Answer, Fork, Exec, Exit, Other };

/** What one message tells. Threads are told as processes are: a process is the thread whose number is its own. */
struct Heard {
  What what = What::Nothing;
  uint32_t cpu = 0;
  /** Counts the messages of a CPU. */
  uint32_t sequence = 0;
  /** Of an answer one more than what its question had. */
  uint32_t question = 0;
  /** On the monotonic clock. */
  uint64_t nanoseconds = 0;
  int32_t thread = 0;
  int32_t process = 0;
  int32_t parent = 0;
  /** Of an exit the status as wait(2) has it, of an answer an errno. */
  uint32_t code = 0;
};

/** The body of a netlink message; nothing if it is not one of the connector's. */
std::optional<Heard> parse(std::string_view body);

/** Whether all messages came: each CPU counts its own, from wherever it was when it was first heard. */
class Sequences {
 public:
  /** False if there were others of this CPU in between. */
  bool follows(uint32_t cpu, uint32_t sequence) {
    const auto [known, is_new] = last_.try_emplace(cpu, sequence);
    const bool follows = is_new || sequence == known->second + 1;
    known->second = sequence;
    return follows;
  }

 private:
  std::map<uint32_t, uint32_t> last_;
};

}  // namespace sysgraph::event
