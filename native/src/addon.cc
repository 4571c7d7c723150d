// Arguments in, buffers out. What a platform does behind platform.h knows nothing of JavaScript.
#include <napi.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "cancel.h"
#include "packed.h"
#include "reading.h"
#include "spare.h"
#include "worker.h"

namespace sysgraph {
namespace {

bool is_words(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array;
}

/** Most text is ASCII, which V8 takes as it is; the rest it has to decode. */
Napi::Value text_of(Napi::Env env, const TextBlock& block) {
  napi_value text = nullptr;
  const std::string& bytes = block.bytes();
  const auto create = block.ascii() ? napi_create_string_latin1 : napi_create_string_utf8;
  if (create(env, bytes.data(), bytes.size(), &text) != napi_ok) throw Napi::Error::New(env);
  return Napi::Value(env, text);
}

std::vector<std::string> texts_of(const Napi::Array& array) {
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < array.Length(); i++) texts.push_back(array.Get(i).ToString());
  return texts;
}

std::vector<Question> questions_of(const Napi::CallbackInfo& info) {
  if (info.Length() == 0 || !is_words(info[0]))
    throw Napi::TypeError::New(info.Env(), "questions are asked as an Int32Array");
  const auto packed = info[0].As<Napi::Int32Array>();
  return sysgraph::questions_of(packed.Data(), packed.Data() + packed.ElementLength());
}

/** As batchesOf in native/batch.ts takes them: a buffer, and then the text of each. */
Napi::Value packed(Napi::Env env, const std::vector<Rows>& all) {
  const Packed numbers(all);
  auto buffer = Napi::ArrayBuffer::New(env, numbers.size());
  numbers.write(buffer.Data());
  Napi::Array packed = Napi::Array::New(env, all.size() + 1);
  packed.Set(0u, buffer);
  for (uint32_t i = 0; i < all.size(); i++) packed.Set(i + 1, text_of(env, all[i].block()));
  return packed;
}

/** Bytes that are given away, and not copied. */
Napi::Value bytes_of(Napi::Env env, std::string& bytes) {
  auto* kept = new std::string(std::move(bytes));
  const auto free = [](Napi::Env, char*, std::string* of) { spare_telling().give(std::unique_ptr<std::string>(of)); };
  return Napi::Buffer<char>::New(env, kept->data(), kept->size(), free, kept);
}

/** Takes such bytes back before they are collected: a list is as long as much of the rest of the heap. */
void release(const Napi::CallbackInfo& info) {
  if (info.Length() != 1 || !info[0].IsBuffer()) throw Napi::TypeError::New(info.Env(), "release takes what was told");
  Napi::ArrayBuffer bytes = info[0].As<Napi::Buffer<char>>().ArrayBuffer();
  if (!bytes.IsDetached()) bytes.Detach();
}

Napi::Value telling_of(Napi::Env env, Told& told) {
  auto& [text, left, places, count, objects, units] = told.telling;
  auto at = Napi::Uint32Array::New(env, places.size());
  std::copy(places.begin(), places.end(), at.Data());
  Napi::Object telling = Napi::Object::New(env);
  telling.Set("packed", packed(env, told.batches));
  telling.Set("text", bytes_of(env, text));
  telling.Set("places", at);
  telling.Set("count", count);
  telling.Set("objects", objects);
  telling.Set("units", units);
  telling.Set("rows", told.rows);
  return telling;
}

/** How rows are told, taken in once for however many answers: `new Form(words, texts)`. */
class WrappedForm : public Napi::ObjectWrap<WrappedForm> {
 public:
  static Napi::Function define(Napi::Env env) { return DefineClass(env, "Form", {}); }

  explicit WrappedForm(const Napi::CallbackInfo& info) : Napi::ObjectWrap<WrappedForm>(info) {
    if (info.Length() != 2 || !is_words(info[0]) || !info[1].IsArray())
      throw Napi::TypeError::New(info.Env(), "a form is an Int32Array and an array of texts");
    const auto words = info[0].As<Napi::Int32Array>();
    form_ = std::make_shared<const Form>(words.Data(), words.ElementLength(), texts_of(info[1].As<Napi::Array>()));
  }

  static std::shared_ptr<const Form> form_of(const Napi::Value& of) { return Unwrap(of.As<Napi::Object>())->form_; }

 private:
  std::shared_ptr<const Form> form_;
};

/** What stops a read under way: `cancel()`. The flag outlives whichever of the two ends first. */
class Cancellation : public Napi::ObjectWrap<Cancellation> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Cancellation", {InstanceMethod("cancel", &Cancellation::cancel)});
  }

  explicit Cancellation(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Cancellation>(info), flag_(std::make_shared<std::atomic<bool>>(false)) {}

  /** The flag of a value that may be one of these, or nothing. */
  static CancelFlag flag_of(const Napi::Value& value) {
    return value.IsObject() ? Unwrap(value.As<Napi::Object>())->flag_ : nullptr;
  }

 private:
  void cancel(const Napi::CallbackInfo&) { flag_->store(true, std::memory_order_relaxed); }

  CancelFlag flag_;
};

/** Tells `tell(batch, lost)` what happens to processes. */
class Listener {
 public:
  Listener(std::shared_ptr<Host> host, const Napi::Function& tell)
      : host_(std::move(host)), tell_(Napi::Persistent(tell)) {}

  /** A function that ends it, or the number of the status for which there is none. */
  static Napi::Value open(Napi::Env env, const std::shared_ptr<Host>& host, const Napi::Function& tell, double buffer) {
    auto listener = std::make_shared<Listener>(host, tell);
    ReadStatus status = ReadStatus::Ok;
    // First, since the thread may ring as soon as there is one.
    listener->bell_ = Bell::hang(
        env, [listener](Napi::Env on) { listener->answer(on); }, [listener] { listener->events_.reset(); });
    listener->events_ = open_events(
        *host, buffer, [bell = listener->bell_.get()] { bell->ring(); }, status);
    if (!listener->events_) {
      listener->close();
      return Napi::Number::New(env, static_cast<double>(status));
    }
    return Napi::Function::New(env, [listener](const Napi::CallbackInfo&) { listener->close(); });
  }

 private:
  void answer(Napi::Env env) {
    static constexpr Shape shape{"event", event::widths, 1};
    std::vector<Rows> told;
    told.emplace_back(shape, 1u << event::told);
    const bool lost = events_->take(told[0]);
    if (told[0].count() == 0 && !lost) return;
    tell_.Call({packed(env, told), Napi::Boolean::New(env, lost)});
  }

  void close() {
    bell_->close();
    tell_.Reset();
  }

  const std::shared_ptr<Host> host_;
  std::unique_ptr<Events> events_;
  Napi::FunctionReference tell_;
  Bell::Shared bell_;
};

/** Who waits for processes to end. */
class Waiters {
 public:
  /** Nothing rings before something is waited for. */
  Waiters(Napi::Env env, const std::shared_ptr<Host>& host)
      : waits_(open_waits(host, [this] { bell_->ring(); })),
        bell_(Bell::hang(
            env, [this](Napi::Env on) { answer(on); }, [this] { waits_.reset(); })) {}
  ~Waiters() { bell_->close(); }
  Waiters(const Waiters&) = delete;
  Waiters& operator=(const Waiters&) = delete;

  bool can() const { return waits_ != nullptr; }

  std::pair<uint32_t, Napi::Promise> add(Napi::Env env, std::vector<Target> targets, double patience, double grace) {
    const uint32_t number = waits_->add(std::move(targets), milliseconds(patience), milliseconds(grace));
    if (waiting_.empty()) bell_->hold(true);
    return {number, waiting_.emplace(number, env).first->second.Promise()};
  }

  /** Nobody looks at the answer, but a promise that is never settled is never given back. */
  void cancel(Napi::Env env, uint32_t number) {
    const auto waiting = waiting_.find(number);
    if (waiting == waiting_.end()) return;
    waits_->cancel(number);
    waiting->second.Resolve(env.Undefined());
    waiting_.erase(waiting);
    if (waiting_.empty()) bell_->hold(false);
  }

 private:
  void answer(Napi::Env env) {
    for (const auto& [number, all] : waits_->take()) {
      const auto waiting = waiting_.find(number);
      if (waiting == waiting_.end()) continue;
      waiting->second.Resolve(list_of(env, all));
      waiting_.erase(waiting);
    }
    if (waiting_.empty()) bell_->hold(false);
  }

  /** No longer than a clock can tell. */
  static std::chrono::milliseconds milliseconds(double of) {
    return std::chrono::milliseconds(static_cast<int64_t>(std::min(std::max(of, 0.0), 1e11)));
  }

  static Napi::Value list_of(Napi::Env env, const std::vector<Waited>& all) {
    Napi::Array list = Napi::Array::New(env, all.size());
    for (size_t at = 0; at < all.size(); at++) {
      Napi::Object one = Napi::Object::New(env);
      one.Set("effect", static_cast<double>(all[at].effect));
      one.Set("hasEnded", all[at].has_ended);
      one.Set("exitCode", all[at].exit_code);
      one.Set("signal", all[at].signal);
      list.Set(static_cast<uint32_t>(at), one);
    }
    return list;
  }

  std::map<uint32_t, Napi::Promise::Deferred> waiting_;
  std::unique_ptr<Waits> waits_;
  Bell::Shared bell_;
};

/**
 * An opened host: `read(questions, cancellation?)` answers with a promise of a packed batch for each, `tell(questions,
 * form, cancellation?)` with one of what could be written of the first of them, `mountAt(path, follow)` with one of the
 * key of a mount, NaN for none, `serviceKeys(names)` with one of their keys, NaN for none, `controlService(name, verb,
 * milliseconds)` with one of how that ended, and `trimHeap()` with one of whether memory could be given back; `use()`
 * tells what is kept.
 */
class Reader : public Napi::ObjectWrap<Reader> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Reader",
        {InstanceMethod("read", &Reader::read), InstanceMethod("tell", &Reader::tell),
         InstanceMethod("mountAt", &Reader::mount_at), InstanceMethod("serviceKeys", &Reader::service_keys),
         InstanceMethod("controlService", &Reader::control_service), InstanceMethod("trimHeap", &Reader::trim_heap),
         InstanceMethod("use", &Reader::use), InstanceMethod("events", &Reader::events),
         InstanceMethod("act", &Reader::act), InstanceMethod("wait", &Reader::wait),
         InstanceMethod("cancelWait", &Reader::cancel_wait)});
  }

  explicit Reader(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Reader>(info) {
    if (info.Length() != 3 || !info[0].IsString() || !info[1].IsString() || !info[2].IsNumber()) {
      throw Napi::TypeError::New(info.Env(), "Reader takes a proc root, a sys root, and how many bytes may be kept");
    }
    host_ = open_host({info[0].As<Napi::String>(), info[1].As<Napi::String>(), info[2].As<Napi::Number>()});
  }

 private:
  Napi::Value read(const Napi::CallbackInfo& info) {
    Reading reading(host_, questions_of(info), Cancellation::flag_of(info[1]));
    const auto run = reading.takes_long() ? LoneWorker<std::vector<Rows>>::run : Worker<std::vector<Rows>>::run;
    return run(
        info.Env(), [reading = std::move(reading)] { return reading.take(); }, packed);
  }

  Napi::Value tell(const Napi::CallbackInfo& info) {
    Reading reading(host_, questions_of(info), Cancellation::flag_of(info[2]));
    return Worker<Told>::run(
        info.Env(),
        [reading = std::move(reading), form = WrappedForm::form_of(info[1])] { return told_of(reading, *form); },
        telling_of);
  }

  Napi::Value mount_at(const Napi::CallbackInfo& info) {
    if (info.Length() != 2 || !info[0].IsString() || !info[1].IsBoolean())
      throw Napi::TypeError::New(info.Env(), "mountAt takes a path and whether links are followed");
    return Worker<double>::run(
        info.Env(),
        [host = host_, path = info[0].As<Napi::String>().Utf8Value(), follow = info[1].As<Napi::Boolean>().Value()] {
          return sysgraph::mount_at(*host, path, follow);
        },
        [](Napi::Env env, double& key) -> Napi::Value { return Napi::Number::New(env, key); });
  }

  Napi::Value service_keys(const Napi::CallbackInfo& info) {
    if (info.Length() != 1 || !info[0].IsArray())
      throw Napi::TypeError::New(info.Env(), "serviceKeys takes an array of names");
    return LoneWorker<std::vector<double>>::run(
        info.Env(),
        [host = host_, names = texts_of(info[0].As<Napi::Array>())] { return sysgraph::service_keys(*host, names); },
        [](Napi::Env env, const std::vector<double>& keys) -> Napi::Value {
          auto array = Napi::Float64Array::New(env, keys.size());
          std::copy(keys.begin(), keys.end(), array.Data());
          return array;
        });
  }

  Napi::Value control_service(const Napi::CallbackInfo& info) {
    if (info.Length() != 3 || !info[0].IsString() || !info[1].IsString() || !info[2].IsNumber()) {
      throw Napi::TypeError::New(info.Env(), "controlService takes a name, a verb, and milliseconds");
    }
    const std::chrono::milliseconds limit(info[2].As<Napi::Number>().Int64Value());
    return LoneWorker<ServiceControl>::run(
        info.Env(),
        [host = host_, name = std::string(info[0].As<Napi::String>()), verb = std::string(info[1].As<Napi::String>()),
         limit] { return sysgraph::control_service(*host, name, verb, limit); },
        [](Napi::Env env, const ServiceControl& of) -> Napi::Value {
          Napi::Object outcome = Napi::Object::New(env);
          outcome.Set("code", of.code);
          outcome.Set("message", of.message);
          return outcome;
        });
  }

  Napi::Value trim_heap(const Napi::CallbackInfo& info) {
    return Worker<bool>::run(
        info.Env(), [] { return sysgraph::trim_heap(); },
        [](Napi::Env env, bool& done) -> Napi::Value { return Napi::Boolean::New(env, done); });
  }

  Napi::Value use(const Napi::CallbackInfo& info) {
    const Use use = use_of(*host_);
    Napi::Object told = Napi::Object::New(info.Env());
    told.Set("isWarm", use.is_warm);
    told.Set("processes", use.processes);
    told.Set("bytes", use.bytes);
    told.Set("descriptors", use.descriptors);
    return told;
  }

  Napi::Value events(const Napi::CallbackInfo& info) {
    if (info.Length() != 2 || !info[0].IsFunction() || !info[1].IsNumber()) {
      throw Napi::TypeError::New(info.Env(),
                                 "events takes a function and a number of bytes, 0 for as many as are good");
    }
    return Listener::open(info.Env(), host_, info[0].As<Napi::Function>(), info[1].As<Napi::Number>());
  }

  Napi::Value act(const Napi::CallbackInfo& info) {
    if (info.Length() != 5 || !info[0].IsNumber() || !info[1].IsNumber() || !info[2].IsNumber() ||
        !info[3].IsString() || !info[4].IsTypedArray()) {
      throw Napi::TypeError::New(info.Env(), "act takes a pid, start ticks, an action, a name and a Float64Array");
    }
    const auto values = info[4].As<Napi::Float64Array>();
    const Target target{info[0].As<Napi::Number>(), info[1].As<Napi::Number>()};
    const Action action{static_cast<Act>(info[2].As<Napi::Number>().Uint32Value()),
                        info[3].As<Napi::String>(),
                        {values.Data(), values.Data() + values.ElementLength()}};
    return Worker<Outcome>::run(
        info.Env(), [host = host_, target, action] { return sysgraph::act(*host, target, action); },
        [](Napi::Env env, Outcome& outcome) -> Napi::Value {
          Napi::Object object = Napi::Object::New(env);
          object.Set("effect", static_cast<double>(outcome.effect));
          object.Set("isHeld", outcome.is_held);
          return object;
        });
  }

  /** A promise and the number by which it is cancelled; nothing where nobody can wait. */
  Napi::Value wait(const Napi::CallbackInfo& info) {
    if (info.Length() != 4 || !info[0].IsTypedArray() || !info[1].IsTypedArray() || !info[2].IsNumber() ||
        !info[3].IsNumber()) {
      throw Napi::TypeError::New(info.Env(),
                                 "wait takes an Int32Array of pids, a Float64Array of start ticks, two times");
    }
    if (!waiters_) waiters_ = std::make_unique<Waiters>(info.Env(), host_);
    if (!waiters_->can()) return info.Env().Undefined();
    const auto pids = info[0].As<Napi::Int32Array>();
    const auto ticks = info[1].As<Napi::Float64Array>();
    std::vector<Target> targets;
    for (size_t at = 0; at < pids.ElementLength() && at < ticks.ElementLength(); at++)
      targets.push_back({pids[at], ticks[at]});
    const auto [number, promise] =
        waiters_->add(info.Env(), std::move(targets), info[2].As<Napi::Number>(), info[3].As<Napi::Number>());
    Napi::Object object = Napi::Object::New(info.Env());
    object.Set("number", number);
    object.Set("promise", promise);
    return object;
  }

  void cancel_wait(const Napi::CallbackInfo& info) {
    if (waiters_) waiters_->cancel(info.Env(), info[0].As<Napi::Number>().Uint32Value());
  }

  std::shared_ptr<Host> host_;
  std::unique_ptr<Waiters> waiters_;
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("Reader", Reader::define(env));
  exports.Set("Cancellation", Cancellation::define(env));
  exports.Set("Form", WrappedForm::define(env));
  exports.Set("release", Napi::Function::New(env, release, "release"));
  exports.Set("fingerprint", fingerprint);
  return exports;
}

}  // namespace
}  // namespace sysgraph

static Napi::Object init(Napi::Env env, Napi::Object exports) { return sysgraph::init(env, exports); }
NODE_API_MODULE(sysgraph, init)
