// Coroutine types as any coroutine library has them, for tests: a lazy task, an
// eager one, a generator, awaitables, a mutex whose lock is awaited. Only
// declarations and what the compiler needs; nothing here is ever run.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace mock {

template <typename T> struct PromiseResult {
  void return_value(T);
};
template <> struct PromiseResult<void> {
  void return_void();
};

/// Starts when it is awaited.
template <typename T = void> struct [[nodiscard]] Task {
  struct promise_type : PromiseResult<T> {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
  };
  struct Awaiter {
    bool await_ready() noexcept;
    std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept;
    T await_resume();
  };
  Awaiter operator co_await() const noexcept;
  Task(Task &&) noexcept;
  ~Task();
};

/// Runs in the call until it first suspends.
struct EagerTask {
  struct promise_type {
    EagerTask get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
};

/// Runs inside whoever iterates over it.
template <typename T> struct Generator {
  struct promise_type {
    Generator get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(T);
    void return_void();
    void unhandled_exception();
  };
  struct iterator {
    iterator &operator++();
    T &operator*() const;
    friend bool operator!=(const iterator &, const iterator &);
  };
  iterator begin();
  iterator end();
};

/// Yields values, and is itself awaited for each of them.
template <typename T> struct AsyncGenerator {
  struct promise_type {
    AsyncGenerator get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(T);
    void return_void();
    void unhandled_exception();
  };
  struct Next {
    bool await_ready() noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    T *await_resume();
  };
  Next next();
  Next operator co_await();
};

template <typename T = void> struct Awaitable {
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};

/// Lets the event loop run.
Awaitable<> yield();
Awaitable<int> readSome();
Awaitable<bool> flush();

/// A mutex that suspends the coroutine and never the thread.
class AsyncMutex {
public:
  class Guard {
  public:
    Guard(Guard &&) noexcept;
    ~Guard();
  };
  Awaitable<> lock();
  Awaitable<Guard> scoped_lock();
  bool try_lock();
  void unlock();
};

} // namespace mock
