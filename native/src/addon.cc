// Arguments in, buffers out. What a platform does behind platform.h knows nothing of JavaScript.
#include <napi.h>

#include <cstring>

#include "cancel.h"
#include "platform.h"
#include "worker.h"

namespace sysgraph {
namespace {

constexpr uint32_t table_count = sizeof(tables) / sizeof(Table);

template <typename Array, typename T>
Array copy_of(Napi::Env env, const std::vector<T>& from) {
  Array array = Array::New(env, from.size());
  if (!from.empty()) std::memcpy(array.Data(), from.data(), from.size() * sizeof(T));
  return array;
}

/** Most text is ASCII, which V8 takes as it is; the rest it has to decode. */
Napi::Value text_of(Napi::Env env, const TextBlock& block) {
  napi_value text = nullptr;
  const std::string& bytes = block.bytes();
  const auto create = block.ascii() ? napi_create_string_latin1 : napi_create_string_utf8;
  if (create(env, bytes.data(), bytes.size(), &text) != napi_ok) throw Napi::Error::New(env);
  return Napi::Value(env, text);
}

Napi::Value batch_of(Napi::Env env, const Rows& rows) {
  Napi::Object batch = Napi::Object::New(env);
  batch.Set("count", rows.count());
  batch.Set("statuses", copy_of<Napi::Uint8Array>(env, rows.statuses()));
  batch.Set("numbers", copy_of<Napi::Float64Array>(env, rows.numbers()));
  batch.Set("reads", copy_of<Napi::Uint32Array>(env, rows.reads()));
  batch.Set("text", text_of(env, rows.block()));
  return batch;
}

Request request_of(const Napi::CallbackInfo& info) {
  Request request;
  request.mask = info[1].As<Napi::Number>().Uint32Value();
  request.all = info[2].As<Napi::Boolean>().Value();
  const auto keys = info[3].As<Napi::Int32Array>();
  request.keys.assign(keys.Data(), keys.Data() + keys.ElementLength());
  return request;
}

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

/**
 * An opened host: `read(table, mask, all, keys, cancellation?)` answers with a promise of a batch, `mountAt(path,
 * follow)` with one of the key of a mount, NaN for none, and `trimHeap()` with one of whether memory could be given
 * back.
 */
class Reader : public Napi::ObjectWrap<Reader> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Reader",
                       {InstanceMethod("read", &Reader::read), InstanceMethod("mountAt", &Reader::mount_at),
                        InstanceMethod("trimHeap", &Reader::trim_heap)});
  }

  explicit Reader(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Reader>(info) {
    if (info.Length() != 2 || !info[0].IsString() || !info[1].IsString()) {
      throw Napi::TypeError::New(info.Env(), "Reader takes a proc root and a sys root, both text");
    }
    try {
      host_ = open_host({info[0].As<Napi::String>(), info[1].As<Napi::String>()});
    } catch (const std::exception& error) {
      throw Napi::Error::New(info.Env(), error.what());
    }
  }

 private:
  Napi::Value read(const Napi::CallbackInfo& info) {
    if (info.Length() < 4 || !info[0].IsNumber() || !info[1].IsNumber() || !info[2].IsBoolean() ||
        !info[3].IsTypedArray() || info[3].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
      throw Napi::TypeError::New(info.Env(), "read takes a table, a mask, whether all, and an Int32Array of keys");
    }
    const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
    if (index >= table_count) throw Napi::RangeError::New(info.Env(), "no such table");
    const Table& table = tables[index];
    return Worker<Rows>::run(
        info.Env(),
        [host = host_, &table, request = request_of(info), cancel = Cancellation::flag_of(info[4])] {
          Rows rows(table.shape, request.mask, cancel);
          table.read(*host, request, rows);
          return rows;
        },
        batch_of);
  }

  Napi::Value mount_at(const Napi::CallbackInfo& info) {
    if (info.Length() != 2 || !info[0].IsString() || !info[1].IsBoolean()) {
      throw Napi::TypeError::New(info.Env(), "mountAt takes a path and whether links are followed");
    }
    return Worker<double>::run(
        info.Env(),
        [host = host_, path = info[0].As<Napi::String>().Utf8Value(), follow = info[1].As<Napi::Boolean>().Value()] {
          return sysgraph::mount_at(*host, path, follow);
        },
        [](Napi::Env env, double& key) -> Napi::Value { return Napi::Number::New(env, key); });
  }

  Napi::Value trim_heap(const Napi::CallbackInfo& info) {
    return Worker<bool>::run(
        info.Env(), [] { return sysgraph::trim_heap(); },
        [](Napi::Env env, bool& done) -> Napi::Value { return Napi::Boolean::New(env, done); });
  }

  std::shared_ptr<Host> host_;
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("Reader", Reader::define(env));
  exports.Set("Cancellation", Cancellation::define(env));
  exports.Set("fingerprint", fingerprint);
  return exports;
}

}  // namespace
}  // namespace sysgraph

static Napi::Object init(Napi::Env env, Napi::Object exports) { return sysgraph::init(env, exports); }
NODE_API_MODULE(sysgraph, init)
