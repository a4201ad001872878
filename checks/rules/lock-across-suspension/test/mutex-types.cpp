// RUN: %check_nostall --check nostall-lock-across-suspension %s
// Guards take any class with lock() and unlock(); what counts is whether lock()
// makes its thread wait.

#include <atomic>
#include <condition_variable>
#include <coroutine_types.h>
#include <mutex>
#include <thread>

using mock::Task;
using mock::yield;

std::mutex OfThreads;

struct Spinning {
  void lock() {
    while (Flag.test_and_set())
      ;
  }
  void unlock() { Flag.clear(); }
  std::atomic_flag Flag;
} Spins;

Task<> bad_spinning() {
  std::lock_guard Lock(Spins);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock
}

struct Exchanging {
  void lock() {
    bool Free = false;
    while (!Taken.compare_exchange_weak(Free, true))
      Free = false;
  }
  void unlock() { Taken = false; }
  std::atomic<bool> Taken;
} Exchanges;

Task<> bad_exchanging() {
  std::lock_guard Lock(Exchanges);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct Wrapper {
  void lock() { Inner.lock(); }
  bool try_lock() { return Inner.try_lock(); }
  void unlock() { Inner.unlock(); }
  std::mutex Inner;
} Wraps;

Task<> bad_wrapper() {
  std::unique_lock Lock(Wraps, std::defer_lock);
  Lock.lock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

template <typename Mutex> struct WrapperOf {
  void lock() { Inner.lock(); }
  void unlock() { Inner.unlock(); }
  Mutex Inner;
};
WrapperOf<std::mutex> WrapsOne;

Task<> bad_wrapper_template() {
  std::lock_guard Lock(WrapsOne);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct Trying {
  void lock() {
    while (!Inner.try_lock())
      std::this_thread::yield();
  }
  void unlock() { Inner.unlock(); }
  std::mutex Inner;
} Tries;

Task<> bad_trying() {
  std::lock_guard Lock(Tries);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct Turnstile {
  void lock() {
    std::unique_lock Lock(Inner);
    while (Busy)
      Free.wait(Lock);
    Busy = true;
  }
  void unlock() {
    std::lock_guard Lock(Inner);
    Busy = false;
    Free.notify_one();
  }
  bool Busy;
  std::mutex Inner;
  std::condition_variable Free;
} Turns;

Task<> bad_waiting() {
  std::lock_guard Lock(Turns);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct Named : std::mutex {
} HasName;

Task<> bad_derived() {
  std::lock_guard Lock(HasName);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct NamedWrapper : Wrapper {
} NamedWraps;

Task<> bad_derived_from_own() {
  std::lock_guard Lock(NamedWraps);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

struct Interface {
  virtual void lock() = 0;
  virtual void unlock() = 0;
};
struct Implementation : Interface {
  void lock() override { Inner.lock(); }
  void unlock() override { Inner.unlock(); }
  std::mutex Inner;
};

Task<> bad_interface(Interface &Any) {
  std::lock_guard Lock(Any);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_one_of_two() {
  co_await mock::AsyncMutex().lock();
  std::scoped_lock Lock(Wraps, OfThreads);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

// Its lock() is a coroutine.
struct Gate {
  Task<> lock() {
    while (Held)
      co_await yield();
    Held = true;
  }
  void unlock() { Held = false; }
  bool Held = false;
} OfCoroutines;

Task<> ok_adopts_awaited() {
  co_await OfCoroutines.lock();
  const std::lock_guard Release(OfCoroutines, std::adopt_lock);
  co_await yield();
}

// Its lock() gives something to await.
struct Queue {
  mock::Awaitable<> lock() {
    std::lock_guard Short(Inner);
    return {};
  }
  void unlock() { std::lock_guard Short(Inner); }
  std::mutex Inner;
} Queues;

Task<> ok_adopts_awaited_object() {
  co_await Queues.lock();
  std::unique_lock Release(Queues, std::adopt_lock);
  co_await yield();
}

Task<> ok_adopts_unseen(mock::AsyncMutex &Mutex) {
  co_await Mutex.lock();
  std::lock_guard Release(Mutex, std::adopt_lock);
  co_await yield();
}

struct Nothing {
  void lock() {}
  void unlock() {}
} SingleThreaded;

Task<> ok_no_lock() {
  std::lock_guard Lock(SingleThreaded);
  co_await yield();
}

// FN: nothing is known of a mutex whose lock() is not seen.
struct Unseen {
  void lock();
  void unlock();
};

Task<> FN_unseen(Unseen &Mutex) {
  std::lock_guard Lock(Mutex);
  co_await yield();
}

// FN: without a guard, only what the knowledge describes locks.
Task<> FN_own_without_guard() {
  Wraps.lock();
  co_await yield();
  Wraps.unlock();
}
