#pragma once
#include <napi.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
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

/**
 * As Worker, but on a thread of its own: for what takes as long as somebody else likes, and must not keep one of the
 * few threads that everything is read on.
 */
template <typename Result>
class LoneWorker {
 public:
  using Work = std::function<Result()>;
  using Finish = std::function<Napi::Value(Napi::Env, Result&)>;

  static Napi::Value run(Napi::Env env, Work work, Finish finish) {
    auto* job = new LoneWorker(env, std::move(work), std::move(finish));
    const Napi::Promise promise = job->deferred_.Promise();
    const auto bridge = Napi::ThreadSafeFunction::New(env, Napi::Function(), "sysgraph", 0, 1);
    try {
      std::thread([job, bridge] { job->execute(bridge); }).detach();
    } catch (const std::exception& error) {
      job->error_ = error.what();
      job->hand_over(bridge);
    }
    return promise;
  }

 private:
  LoneWorker(Napi::Env env, Work work, Finish finish)
      : deferred_(env), work_(std::move(work)), finish_(std::move(finish)) {}

  /** Back on the event loop's thread. */
  static void settle(Napi::Env env, LoneWorker* job) {
    const std::unique_ptr<LoneWorker> own(job);
    if (job->result_ == nullptr) return job->deferred_.Reject(Napi::Error::New(env, job->error_).Value());
    try {
      job->deferred_.Resolve(job->finish_(env, *job->result_));
    } catch (const Napi::Error& error) {
      job->deferred_.Reject(error.Value());
    }
  }

  void execute(Napi::ThreadSafeFunction bridge) {
    try {
      result_ = std::make_unique<Result>(work_());
    } catch (const std::exception& error) {
      error_ = error.what();
    }
    hand_over(bridge);
  }

  /** Where the environment has ended there is no bridge any more, and nobody to settle with. */
  void hand_over(Napi::ThreadSafeFunction bridge) {
    const auto settle_it = [this](Napi::Env env, Napi::Function) { settle(env, this); };
    if (bridge.BlockingCall(settle_it) == napi_ok) {
      bridge.Release();
    } else {
      delete this;
    }
  }

  Napi::Promise::Deferred deferred_;
  Work work_;
  Finish finish_;
  std::unique_ptr<Result> result_;
  std::string error_;
};

}  // namespace sysgraph
