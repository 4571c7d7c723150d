#include "bus.h"

#include <algorithm>
#include <thread>

#include "../parse.h"

namespace sysgraph {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr milliseconds slice{50};
constexpr milliseconds before_another_try{100};
/** The bus lets nobody have more than 128 answers outstanding. */
constexpr size_t at_once = 64;
constexpr uint64_t forever = UINT64_MAX;

struct Meaning {
  std::string_view error;
  ReadStatus status;
};

constexpr Meaning meanings[] = {
    {"org.freedesktop.DBus.Error.AccessDenied", ReadStatus::Denied},
    {"org.freedesktop.DBus.Error.AuthFailed", ReadStatus::Denied},
    {"org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", ReadStatus::Denied},
    {"org.freedesktop.DBus.Error.UnknownObject", ReadStatus::Gone},
    {"org.freedesktop.systemd1.NoSuchUnit", ReadStatus::Gone},
    {"org.freedesktop.login1.NoSuchSession", ReadStatus::Gone},
    {"org.freedesktop.DBus.Error.ServiceUnknown", ReadStatus::Unsupported},
    {"org.freedesktop.DBus.Error.NameHasNoOwner", ReadStatus::Unsupported},
    {"org.freedesktop.DBus.Error.UnknownMethod", ReadStatus::Unsupported},
    {"org.freedesktop.DBus.Error.Timeout", ReadStatus::TimedOut},
    {"org.freedesktop.DBus.Error.TimedOut", ReadStatus::TimedOut},
};

/** How an answer ends that the bus, or who was asked, took with it. */
bool is_end(std::string_view error) {
  return error == "org.freedesktop.DBus.Error.NoReply" || error == "org.freedesktop.DBus.Error.Disconnected";
}

std::string_view text_of(const char* text) { return text == nullptr ? std::string_view() : text; }

}  // namespace

ReadStatus status_of_bus_error(std::string_view name) {
  const auto meaning =
      std::find_if(std::begin(meanings), std::end(meanings), [&](auto& of) { return of.error == name; });
  return meaning == std::end(meanings) ? ReadStatus::Failed : meaning->status;
}

// ---------------------------------------------------------------- answers

bool Reply::holds(int result) {
  if (result < 0) status_ = ReadStatus::Malformed;
  return result > 0;
}

bool Reply::enter(char type, const char* contents) {
  return status_ == ReadStatus::Ok && holds(sd_bus_library()->enter_container(message_, type, contents));
}

void Reply::leave() {
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->exit_container(message_));
}

std::string_view Reply::text(char type) {
  const char* value = nullptr;
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->read_basic(message_, type, &value));
  return text_of(value);
}

double Reply::unsigned32() {
  uint32_t value = 0;
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->read_basic(message_, 'u', &value));
  return value;
}

double Reply::unsigned64() {
  uint64_t value = 0;
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->read_basic(message_, 't', &value));
  return static_cast<double>(value);
}

bool Reply::flag() {
  int value = 0;
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->read_basic(message_, 'b', &value));
  return value != 0;
}

void Reply::skip(const char* types) {
  if (status_ == ReadStatus::Ok) holds(sd_bus_library()->skip(message_, types));
}

void Reply::properties(const std::vector<Property>& wanted) {
  if (!enter('a', "{sv}")) return;
  while (enter('e', "sv")) {
    const std::string_view name = text();
    const auto property = std::find_if(wanted.begin(), wanted.end(), [&](auto& of) { return of.name == name; });
    if (property == wanted.end()) {
      skip("v");
    } else if (enter('v', property->type)) {
      property->take(*this);
      leave();
    }
    leave();
  }
  leave();
}

Call properties_of(const char* destination, std::string path) {
  return {destination, std::move(path), "org.freedesktop.DBus.Properties", "GetAll", {std::string()}};
}

// ---------------------------------------------------------------- the connection

Bus::Bus(milliseconds patience, std::function<void()> check)
    : library_(sd_bus_library()), patience_(patience), check_(std::move(check)) {
  if (library_ == nullptr) {
    status_ = ReadStatus::Unsupported;
    return;
  }
  const int failed = library_->open_system(&bus_);
  if (failed < 0) {
    fail(-failed);
    return;
  }
  library_->add_filter(bus_, nullptr, take_signal, this);
}

Bus::~Bus() {
  if (bus_ == nullptr) return;
  // Not flushed: that waits for a bus that may not take anything.
  library_->close(bus_);
  library_->unref(bus_);
}

void Bus::ask(Call call, Take take) { questions_.push_back({this, std::move(call), std::move(take)}); }

void Bus::send_some() {
  for (; sent_ < questions_.size() && sent_ - answered_ < at_once && status_ == ReadStatus::Ok; sent_++) {
    const int failed = send(questions_[sent_]);
    if (failed < 0) fail(-failed);
  }
}

int Bus::send(Question& question) {
  const Call& call = question.call;
  sd_bus_message* message = nullptr;
  int result = library_->new_method_call(bus_, &message, call.destination, call.path.c_str(), call.interface,
                                         call.member.c_str());
  if (result < 0) return result;
  // Who is not there is not to be started because we ask.
  library_->set_auto_start(message, 0);
  for (const auto& argument : call.arguments) {
    if (result < 0) break;
    if (const auto* text = std::get_if<std::string>(&argument)) {
      result = library_->append_basic(message, 's', text->c_str());
      continue;
    }
    std::vector<char*> texts;
    for (const std::string& text : std::get<1>(argument)) texts.push_back(const_cast<char*>(text.c_str()));
    texts.push_back(nullptr);
    result = library_->append_strv(message, texts.data());
  }
  if (result >= 0) result = library_->call_async(bus_, nullptr, message, take_answer, &question, forever);
  library_->message_unref(message);
  return result;
}

int Bus::take_answer(sd_bus_message* message, void* context, SdBusError*) {
  auto& question = *static_cast<Question*>(context);
  const SdBusError* error = sd_bus_library()->get_error(message);
  if (error == nullptr) {
    Reply reply(message);
    question.bus->answer(question, reply);
    return 0;
  }
  const std::string_view name = text_of(error->name);
  if (is_end(name)) question.bus->is_broken_ = true;
  Reply reply(status_of_bus_error(name), name, text_of(error->message));
  question.bus->answer(question, reply);
  return 0;
}

int Bus::take_signal(sd_bus_message* message, void* context, SdBusError*) {
  const auto& bus = *static_cast<Bus*>(context);
  if (!bus.hear_ || sd_bus_library()->is_signal(message, bus.interface_, bus.signal_) <= 0) return 0;
  Reply signal(message);
  bus.hear_(signal);
  return 0;
}

void Bus::answer(Question& question, Reply& reply) {
  if (!question.is_open) return;
  question.is_open = false;
  answered_++;
  question.take(reply);
}

/** The bus itself failed, by what errno would be. */
void Bus::fail(int error) {
  is_broken_ = error == ECONNREFUSED || error == ECONNRESET || error == EPIPE || error == ENOTCONN;
  // No bus at all is what a host without one has.
  end(error == ENOENT ? ReadStatus::Unsupported : error == EAGAIN ? ReadStatus::TimedOut : status_of(error));
}

void Bus::end(ReadStatus status) {
  if (status_ == ReadStatus::Ok) status_ = status;
}

void Bus::step(Clock::time_point until) {
  send_some();
  const int progress = library_->process(bus_, nullptr);
  if (progress < 0) return fail(-progress);
  if (progress > 0) return;
  check_();
  const auto left = std::chrono::duration_cast<microseconds>(until - Clock::now());
  const auto pause = std::clamp(left, microseconds(0), microseconds(slice));
  const int waited = library_->wait(bus_, static_cast<uint64_t>(pause.count()));
  if (waited < 0 && waited != -EINTR) fail(-waited);
}

bool Bus::wait_until(Clock::time_point until, const std::function<bool()>& done) {
  while (!done()) {
    if (status_ != ReadStatus::Ok || Clock::now() >= until) return false;
    step(until);
  }
  return true;
}

void Bus::wait() {
  while (answered_ < questions_.size()) {
    const size_t before = answered_;
    const bool is_moving = wait_until(Clock::now() + patience_, [&] { return answered_ != before; });
    if (is_moving) continue;
    end(ReadStatus::TimedOut);
    // By number: an answer may make a question, which the end of the bus answers too.
    for (size_t i = 0; i < questions_.size(); i++) {
      Reply reply(status_);
      answer(questions_[i], reply);
    }
  }
}

// ---------------------------------------------------------------- turns

ReadStatus BusTurns::take(const std::function<void()>& check, const std::function<void(Bus&)>& work) {
  const std::unique_lock<std::timed_mutex> turn(turn_, patience_);
  if (!turn || Bus::Clock::now() < quiet_until_) return ReadStatus::TimedOut;
  for (bool is_last = false;; is_last = true) {
    Bus bus(patience_, check);
    work(bus);
    bus.wait();
    if (bus.status() == ReadStatus::TimedOut) quiet_until_ = Bus::Clock::now() + patience_;
    if (!bus.is_broken() || is_last) return bus.status();
    std::this_thread::sleep_for(before_another_try);
  }
}

}  // namespace sysgraph
