#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../status.h"
#include "sd_bus.h"

// The system bus: what systemd and its kin are asked by.
namespace sysgraph {

/** What an answer that is an error means. */
ReadStatus status_of_bus_error(std::string_view name);

class Reply;

/** A property that is wanted of an object: its name, its type as D-Bus writes it, and who takes its value. */
struct Property {
  std::string_view name;
  const char* type;
  std::function<void(Reply&)> take;
};

/** An answer, read from front to back. Once something is not as expected nothing more can be read, and it is malformed.
 */
class Reply {
 public:
  /** None at all, or one that is an error. */
  explicit Reply(ReadStatus status, std::string_view error = {}, std::string_view says = {})
      : status_(status), error_(error), says_(says) {}
  explicit Reply(sd_bus_message* message) : message_(message) {}

  ReadStatus status() const { return status_; }
  /** The name of the error, and what it says to people. */
  std::string_view error() const { return error_; }
  std::string_view says() const { return says_; }

  /** Goes into the next array, struct, entry or variant; false if there is none. */
  bool enter(char type, const char* contents);
  void leave();
  /** A text, a path or the like; valid as long as the answer. */
  std::string_view text(char type = 's');
  double unsigned32();
  double unsigned64();
  bool flag();
  void skip(const char* types);
  /** Of a dictionary of properties, those that are wanted. */
  void properties(const std::vector<Property>& wanted);

 private:
  bool holds(int result);

  sd_bus_message* message_ = nullptr;
  ReadStatus status_ = ReadStatus::Ok;
  std::string_view error_;
  std::string_view says_;
};

/** A question to an object on the bus. */
struct Call {
  const char* destination;
  std::string path;
  const char* interface;
  std::string member;
  std::vector<std::variant<std::string, std::vector<std::string>>> arguments;
};

/** The question for all properties of an object, of every interface it has. */
Call properties_of(const char* destination, std::string path);

/** A connection to the bus, for one piece of work on one thread. Questions are sent together, and then waited for. */
class Bus {
 public:
  using Take = std::function<void(Reply&)>;
  using Clock = std::chrono::steady_clock;

  /** `check` is called while nothing comes; it may throw to end the waiting. */
  Bus(std::chrono::milliseconds patience, std::function<void()> check);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /** The answer, or why there is none, is given to `take` while the bus is waited for. `take` may ask more. */
  void ask(Call call, Take take);
  /** A signal of this interface and name is given to `hear`, if the bus was asked to pass it on. */
  void listen(const char* interface, const char* signal, Take hear) {
    interface_ = interface;
    signal_ = signal;
    hear_ = std::move(hear);
  }

  /** Until everything is answered. Nothing at all for as long as the patience lasts is the end of it. */
  void wait();
  /** Until `done`; false if that is not so when the time is up. */
  bool wait_until(Clock::time_point end, const std::function<bool()>& done);

  ReadStatus status() const { return status_; }
  /** True if it ended in the middle: it may be there again. */
  bool is_broken() const { return is_broken_; }

 private:
  struct Question {
    Bus* bus;
    Call call;
    Take take;
    bool is_open = true;
  };

  static int take_answer(sd_bus_message* message, void* question, SdBusError*);
  static int take_signal(sd_bus_message* message, void* bus, SdBusError*);

  void send_some();
  int send(Question& question);
  void answer(Question& question, Reply& reply);
  void end(ReadStatus status);
  void fail(int error);
  /** Goes on by one step, of a short while at most. */
  void step(Clock::time_point end);

  const SdBus* const library_;
  const std::chrono::milliseconds patience_;
  const std::function<void()> check_;
  sd_bus* bus_ = nullptr;
  const char* interface_ = nullptr;
  const char* signal_ = nullptr;
  Take hear_;
  // A deque: what the library holds the addresses of must stay where it is.
  std::deque<Question> questions_;
  size_t sent_ = 0;
  size_t answered_ = 0;
  ReadStatus status_ = ReadStatus::Ok;
  bool is_broken_ = false;
};

/**
 * The bus of a host, one piece of work at a time. One that does not answer is left alone for a while, so that it costs
 * one wait, not one a query; one that was started anew is asked once more.
 */
class BusTurns {
 public:
  explicit BusTurns(std::chrono::milliseconds patience) : patience_(patience) {}

  /** Does `work` with a connection of its own, maybe twice. Not Ok if it was not done, or the bus failed in it. */
  ReadStatus take(const std::function<void()>& check, const std::function<void(Bus&)>& work);

 private:
  const std::chrono::milliseconds patience_;
  std::timed_mutex turn_;
  Bus::Clock::time_point quiet_until_{};
};

}  // namespace sysgraph
