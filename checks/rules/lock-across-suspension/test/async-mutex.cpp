// RUN: %check_nostall --check nostall-lock-across-suspension %s
// Mutexes whose lock is awaited may be held across suspension points: who
// waits for them suspends. Theirs has a mutex of threads inside.

#include <coroutine_types.h>
#include <mutex>
#include <vector>

using mock::Task;
using mock::yield;

namespace app {

class Mutex {
public:
  struct Guard {
    explicit Guard(Mutex *Owner) : Owner(Owner) {}
    Guard(Guard &&Other) noexcept : Owner(std::exchange(Other.Owner, nullptr)) {}
    ~Guard() {
      if (Owner)
        Owner->unlock();
    }
    Mutex *Owner;
  };
  struct Lock {
    Mutex &Owner;
    bool await_ready() noexcept {
      std::lock_guard Short(Owner.Inner);
      return !std::exchange(Owner.Locked, true);
    }
    void await_suspend(std::coroutine_handle<> Waiter) {
      std::lock_guard Short(Owner.Inner);
      Owner.Waiters.push_back(Waiter);
    }
    Guard await_resume() noexcept { return Guard(&Owner); }
  };
  Lock lock() { return {*this}; }
  Lock scoped_lock() { return {*this}; }
  void unlock() {
    std::lock_guard Short(Inner);
    Locked = false;
  }

private:
  std::mutex Inner;
  bool Locked = false;
  std::vector<std::coroutine_handle<>> Waiters;
};

} // namespace app

app::Mutex Own;
mock::AsyncMutex Library;
std::mutex OfThreads;
extern int X;

Task<> ok_own_guard() {
  auto Guard = co_await Own.scoped_lock();
  ++X;
  co_await yield();
}

Task<> ok_own_lock() {
  co_await Own.lock();
  co_await yield();
  Own.unlock();
}

Task<> ok_library_guard() {
  auto Guard = co_await Library.scoped_lock();
  co_await yield();
}

Task<> ok_library_lock() {
  co_await Library.lock();
  co_await yield();
  Library.unlock();
}

Task<> bad_both() {
  auto Guard = co_await Own.scoped_lock();
  std::lock_guard Lock(OfThreads);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock
}

Task<> bad_awaits_lock_under_lock() {
  std::lock_guard Lock(OfThreads);
  auto Guard = co_await Own.scoped_lock();
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: the coroutine suspends at this co_await
}
