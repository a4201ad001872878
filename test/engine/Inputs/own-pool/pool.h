#pragma once
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

/// Threads that resume coroutines.
class Pool {
public:
  struct Schedule {
    Pool &Owner;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> Waiter) { Owner.put(Waiter); }
    void await_resume() const noexcept {}
  };
  explicit Pool(int Threads);
  Schedule schedule() { return {*this}; }

private:
  void put(std::coroutine_handle<> Waiter);
  void work();

  std::mutex Mutex;
  std::condition_variable Condition;
  std::deque<std::coroutine_handle<>> Queue;
  std::vector<std::thread> Threads;
};
