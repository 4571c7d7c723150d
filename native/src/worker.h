#pragma once
#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
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
      // As in patience.h, no thread ends before it is detached.
      const auto starting = std::make_shared<std::mutex>();
      const std::lock_guard<std::mutex> lock(*starting);
      std::thread([job, bridge, starting] {
        { const std::lock_guard<std::mutex> started(*starting); }
        job->execute(bridge);
      }).detach();
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

/**
 * Brings the event loop's thread to what another thread has for it: `ring` on any thread is followed by one `answer` on
 * the loop's, however often it rang before that. It keeps no process from ending, unless it is held.
 */
class Bell {
 public:
  using Shared = std::shared_ptr<Bell>;

  /** `stop` is called once, by `close` or before the environment ends: after it nobody may ring. */
  static Shared hang(Napi::Env env, std::function<void(Napi::Env)> answer, std::function<void()> stop) {
    Shared bell(new Bell(env, std::move(answer), std::move(stop)));
    auto* kept = new Shared(bell);
    const napi_value name = Napi::String::New(env, "sysgraph");
    const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, kept, finalize, kept,
                                                               answer_call, &bell->function_);
    if (status != napi_ok) {
      delete kept;
      throw Napi::Error::New(env);
    }
    bell->hold(false);
    // After the function was made, so that it runs before that of the function.
    napi_add_env_cleanup_hook(env, stop_call, bell.get());
    return bell;
  }

  void ring() {
    if (!rings_.exchange(true)) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
  }

  /** Whether what is awaited keeps the process from ending. */
  void hold(bool holds) {
    if (is_open_)
      holds ? napi_ref_threadsafe_function(env_, function_) : napi_unref_threadsafe_function(env_, function_);
  }

  void close() {
    if (!is_open_) return;
    napi_remove_env_cleanup_hook(env_, stop_call, this);
    end();
    napi_release_threadsafe_function(function_, napi_tsfn_abort);
  }

 private:
  Bell(Napi::Env env, std::function<void(Napi::Env)> answer, std::function<void()> stop)
      : env_(env), answer_(std::move(answer)), stop_(std::move(stop)) {}

  /** Lets go of what it would do, which may hold it in turn. */
  void end() {
    is_open_ = false;
    const std::function<void()> stop = std::exchange(stop_, nullptr);
    answer_ = nullptr;
    stop();
  }

  static void answer_call(napi_env env, napi_value, void* kept, void*) {
    // What still waited when the function was given up comes once more, after `finalize`.
    if (env == nullptr) return;
    const Shared bell = *static_cast<Shared*>(kept);
    if (!bell->is_open_) return;
    bell->rings_ = false;
    try {
      // It may close the bell.
      const auto answer = bell->answer_;
      answer(Napi::Env(env));
    } catch (const Napi::Error& error) {
      raise(error);
    }
  }

  /** In an environment that is being ended nothing can be raised any more, nor need it be. */
  static void raise(const Napi::Error& error) {
    try {
      error.ThrowAsJavaScriptException();
    } catch (const Napi::Error&) {
      return;
    }
  }

  static void finalize(napi_env, void* kept, void*) { delete static_cast<Shared*>(kept); }
  static void stop_call(void* bell) { static_cast<Bell*>(bell)->end(); }

  const Napi::Env env_;
  std::function<void(Napi::Env)> answer_;
  std::function<void()> stop_;
  napi_threadsafe_function function_ = nullptr;
  std::atomic<bool> rings_{false};
  /** Only on the loop's thread. */
  bool is_open_ = true;
};

}  // namespace sysgraph
