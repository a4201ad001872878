#pragma once
#include <coroutine>
#include <deque>
#include <mutex>

/// Resumes coroutines between events.
class Loop {
public:
  struct Schedule {
    Loop &Owner;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> Waiter) { Owner.put(Waiter); }
    void await_resume() const noexcept {}
  };
  Loop();
  Schedule schedule() { return {*this}; }
  void run();

private:
  void put(std::coroutine_handle<> Waiter);
  void resumeAll();

  int Epoll, Wakeup;
  std::mutex Mutex;
  std::deque<std::coroutine_handle<>> Ready;
};
