#pragma once
#include <napi.h>

#include <functional>
#include <memory>
#include <utility>

namespace sysgraph {

/** Runs `work` off the event loop's thread, then `finish` on it: its value, or what was thrown, settles the promise. */
template <typename Result>
class Worker : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result()>;
  using Finish = std::function<Napi::Value(Napi::Env, Result&)>;

  static Napi::Value run(Napi::Env env, Work work, Finish finish) {
    auto* worker = new Worker(env, std::move(work), std::move(finish));
    const Napi::Promise promise = worker->deferred_.Promise();
    worker->Queue();
    return promise;
  }

 protected:
  void Execute() override { result_ = std::make_unique<Result>(work_()); }
  void OnOK() override {
    try {
      deferred_.Resolve(finish_(Env(), *result_));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Worker(Napi::Env env, Work work, Finish finish)
      : Napi::AsyncWorker(env, "sysgraph"), deferred_(env), work_(std::move(work)), finish_(std::move(finish)) {}

  Napi::Promise::Deferred deferred_;
  Work work_;
  Finish finish_;
  std::unique_ptr<Result> result_;
};

}  // namespace sysgraph
