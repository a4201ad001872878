// What a program without a coroutine library writes for itself.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <exception>
#include <mutex>
#include <utility>

namespace app {

/// Starts when it is awaited.
class Task {
public:
  struct promise_type {
    std::coroutine_handle<> Continuation;
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resume {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<>
        await_suspend(std::coroutine_handle<promise_type> Done) noexcept {
          return Done.promise().Continuation;
        }
        void await_resume() noexcept {}
      };
      return Resume();
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Task(std::coroutine_handle<promise_type> Handle) : Handle(Handle) {}
  Task(Task &&Other) noexcept : Handle(std::exchange(Other.Handle, nullptr)) {}
  ~Task() {
    if (Handle)
      Handle.destroy();
  }
  bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> Waiter) noexcept {
    Handle.promise().Continuation = Waiter;
    return Handle;
  }
  void await_resume() {}

private:
  std::coroutine_handle<promise_type> Handle;
};

/// Runs at once, and nobody waits for it.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

/// Runs inside whoever asks for the next value.
class Generator {
public:
  struct promise_type {
    int Value = 0;
    Generator get_return_object() {
      return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int V) {
      Value = V;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Generator(std::coroutine_handle<promise_type> Handle)
      : Handle(Handle) {}
  bool next() {
    Handle.resume();
    return !Handle.done();
  }
  int value() const { return Handle.promise().Value; }

private:
  std::coroutine_handle<promise_type> Handle;
};

/// Starts a task and lets it run on.
inline Detached spawn(Task T) { co_await T; }

/// Runs a task and waits for its end.
inline void syncWait(Task T) {
  std::mutex Mutex;
  std::condition_variable Condition;
  bool Done = false;
  [](Task T, std::mutex &Mutex, std::condition_variable &Condition,
     bool &Done) -> Detached {
    co_await T;
    std::lock_guard Lock(Mutex);
    Done = true;
    Condition.notify_one();
  }(std::move(T), Mutex, Condition, Done);
  std::unique_lock Lock(Mutex);
  Condition.wait(Lock, [&] { return Done; });
}

} // namespace app
