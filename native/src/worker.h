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

/**
 * Something to do on any thread, and then to `finish` on the event loop's: its value, or what was thrown, settles the
 * promise. In an environment that is being ended nothing can be settled any more, nor need it be.
 */
template <typename Result>
class Job {
 public:
  using Work = std::function<Result()>;
  using Finish = std::function<Napi::Value(Napi::Env, Result&)>;

  Job(Napi::Env env, Work work, Finish finish) : deferred_(env), work_(std::move(work)), finish_(std::move(finish)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void work() {
    try {
      result_ = std::make_unique<Result>(work_());
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

  void fail(const char* why) { error_ = why; }

  void settle(Napi::Env env) {
    if (result_ == nullptr) return deferred_.Reject(Napi::Error::New(env, error_).Value());
    try {
      deferred_.Resolve(finish_(env, *result_));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    } catch (const std::exception& error) {
      deferred_.Reject(Napi::Error::New(env, error.what()).Value());
    }
  }

 private:
  const Napi::Promise::Deferred deferred_;
  const Work work_;
  const Finish finish_;
  std::unique_ptr<Result> result_;
  std::string error_;
};

/** Has a job done by the few threads that everything is read on. */
template <typename Result>
class Worker : public Napi::AsyncWorker {
 public:
  using Work = typename Job<Result>::Work;
  using Finish = typename Job<Result>::Finish;

  static Napi::Value run(Napi::Env env, Work work, Finish finish) {
    auto* worker = new Worker(env, std::move(work), std::move(finish));
    const Napi::Promise promise = worker->job_.promise();
    worker->Queue();
    return promise;
  }

 protected:
  void Execute() override { job_.work(); }
  void OnOK() override { job_.settle(Env()); }

 private:
  Worker(Napi::Env env, Work work, Finish finish)
      : Napi::AsyncWorker(env, "sysgraph"), job_(env, std::move(work), std::move(finish)) {}

  Job<Result> job_;
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
      error.ThrowAsJavaScriptException();
    } catch (const std::exception& error) {
      Napi::Error::New(env, error.what()).ThrowAsJavaScriptException();
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

/**
 * As Worker, but on a thread of its own: for what takes as long as somebody else likes, and must not keep one of the
 * few threads that everything is read on. The environment does not wait for it when it ends.
 */
template <typename Result>
class LoneWorker {
 public:
  using Work = typename Job<Result>::Work;
  using Finish = typename Job<Result>::Finish;

  static Napi::Value run(Napi::Env env, Work work, Finish finish) {
    const std::shared_ptr<LoneWorker> worker(new LoneWorker(env, std::move(work), std::move(finish)));
    worker->bell_ = Bell::hang(
        env, [worker](Napi::Env on) { worker->settle(on); }, [worker] { worker->leave(); });
    worker->bell_->hold(true);
    try {
      start(worker);
    } catch (const std::exception& error) {
      worker->job_.fail(error.what());
      worker->bell_->ring();
    }
    return worker->job_.promise();
  }

 private:
  LoneWorker(Napi::Env env, Work work, Finish finish) : job_(env, std::move(work), std::move(finish)) {}

  static void start(const std::shared_ptr<LoneWorker>& worker) {
    // As in patience.h, no thread ends before it is detached.
    const std::lock_guard<std::mutex> lock(worker->mutex_);
    std::thread([worker] {
      worker->job_.work();
      const std::lock_guard<std::mutex> lock(worker->mutex_);
      if (worker->is_awaited_) worker->bell_->ring();
    }).detach();
  }

  /** Back on the event loop's thread. */
  void settle(Napi::Env env) {
    bell_->close();
    job_.settle(env);
  }

  /** From here on there is no bell for the thread to ring. */
  void leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_awaited_ = false;
  }

  Job<Result> job_;
  Bell::Shared bell_;
  std::mutex mutex_;
  bool is_awaited_ = true;
};

}  // namespace sysgraph
