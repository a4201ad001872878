// RUN: %check_nostall --check nostall-lock-across-suspension %s
// The standard's guards, alive at a suspension point or not.

#include <coroutine_types.h>
#include <mutex>
#include <shared_mutex>

using mock::Task;
using mock::yield;

std::mutex M, N;
std::recursive_mutex Recursive;
std::shared_mutex Shared;
extern int X;

Task<> bad_lock_guard() {
  std::lock_guard<std::mutex> Lock(M);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock: {{.*}} [nostall-lock-across-suspension]
}

Task<> bad_deduced() {
  std::lock_guard Lock{Recursive};
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock
}

Task<> bad_unique_lock() {
  std::unique_lock Lock(M);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_scoped_lock() {
  std::scoped_lock Lock(M);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_scoped_lock_of_two() {
  std::scoped_lock Lock(M, N);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_shared_lock() {
  std::shared_lock Lock(Shared);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_before() {
  co_await yield();
  std::lock_guard Lock(M);
  ++X;
}

Task<> ok_inner_block() {
  {
    std::scoped_lock Lock(M, N);
    ++X;
  }
  {
    std::shared_lock Lock(Shared);
    ++X;
  }
  co_await yield();
}

Task<> bad_outer_block() {
  std::lock_guard Outer(M);
  {
    std::lock_guard Inner(N);
    ++X;
  }
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_temporary() {
  std::lock_guard<std::mutex>{M};
  co_await yield();
}

Task<> ok_no_mutex() {
  std::scoped_lock<> Nothing;
  std::unique_lock<std::mutex> Empty;
  co_await yield();
}

Task<> bad_in_initialiser() {
  std::lock_guard Lock(M);
  int Read = co_await mock::readSome();
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: the coroutine suspends at this co_await
  X += Read;
}

Task<int> bad_in_return() {
  std::lock_guard Lock(M);
  co_return co_await mock::readSome();
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the coroutine suspends at this co_await
}

Task<> bad_in_return_of_nothing() {
  std::lock_guard Lock(M);
  co_return co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: the coroutine suspends at this co_await
}

Task<> bad_two_suspension_points() {
  std::lock_guard Lock(M);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  co_await mock::flush();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

mock::AsyncGenerator<int> bad_co_yield() {
  std::lock_guard Lock(M);
  co_yield X;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_yield while it holds a lock
}

mock::AsyncGenerator<int> ok_co_yield() {
  int Copy;
  {
    std::lock_guard Lock(M);
    Copy = X;
  }
  co_yield Copy;
}

Task<> bad_condition_scope() {
  if (std::lock_guard Lock(M); X)
    co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  switch (std::lock_guard Lock(M); X) {
  case 1:
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  }
}

Task<> ok_condition_scope() {
  if (std::lock_guard Lock(M); X)
    ++X;
  co_await yield();
}

struct Store {
  std::mutex Mutex;
  int Rows = 0;

  Task<> bad_member() {
    std::lock_guard Lock(Mutex);
    ++Rows;
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  }

  Task<> ok_member() {
    count();
    co_await yield();
  }

  void count() {
    std::lock_guard Lock(Mutex);
    ++Rows;
  }
};

// Not a coroutine: nothing suspends.
void ok_function() {
  std::lock_guard Lock(M);
  ++X;
}

// A guard takes over what it adopts.
Task<> ok_adopted_and_ended() {
  M.lock();
  {
    std::lock_guard Lock(M, std::adopt_lock);
    ++X;
  }
  co_await yield();
}

Task<> bad_adopted() {
  M.lock();
  std::lock_guard Lock(M, std::adopt_lock);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_adopted_from_caller() {
  std::lock_guard Lock(M, std::adopt_lock);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_both_adopted_and_ended() {
  std::lock(M, N);
  {
    std::scoped_lock Lock(std::adopt_lock, M, N);
    ++X;
  }
  co_await yield();
}

Task<> bad_both_adopted() {
  std::lock(M, N);
  std::scoped_lock Lock(std::adopt_lock, M, N);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

// FN: guards of other classes, and guards inside of other objects.
struct Guard {
  explicit Guard(std::mutex &Mutex) : Mutex(Mutex) { Mutex.lock(); }
  ~Guard() { Mutex.unlock(); }
  std::mutex &Mutex;
};

Task<> FN_own_guard() {
  Guard Lock(M);
  co_await yield();
}

static std::unique_lock<std::mutex> lockIt() { return std::unique_lock(M); }

Task<> FN_guard_from_helper() {
  std::unique_lock Lock = lockIt();
  co_await yield();
}

// FN: that a guard that is a parameter owns its mutex is for the caller to say.
Task<> FN_parameter(std::unique_lock<std::mutex> Lock) { co_await yield(); }
