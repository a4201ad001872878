// RUN: %check_nostall --check nostall-lock-across-suspension %s
// Loops, early returns, exceptions and lambdas between lock and suspension.

#include <coroutine_types.h>
#include <mutex>

using mock::Task;
using mock::yield;

std::mutex M;
extern int X;

Task<> bad_around_loop() {
  std::lock_guard Lock(M);
  for (int I = 0; I < 3; ++I)
    co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await while it holds a lock
}

Task<> bad_in_every_round() {
  for (int I = 0; I < 3; ++I) {
    std::lock_guard Lock(M);
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  }
}

Task<> ok_in_every_round() {
  for (int I = 0; I < 3; ++I) {
    {
      std::lock_guard Lock(M);
      ++X;
    }
    co_await yield();
  }
}

Task<> ok_suspends_first() {
  for (int I = 0; I < 3; ++I) {
    co_await yield();
    std::lock_guard Lock(M);
    if (X > 3)
      continue;
    if (X > 2)
      break;
    ++X;
  }
}

Task<> ok_unlocked_around() {
  std::unique_lock Lock(M);
  while (X > 0) {
    Lock.unlock();
    co_await yield();
    Lock.lock();
    ++X;
  }
}

Task<> bad_locked_by_the_round_before() {
  std::unique_lock Lock(M, std::defer_lock);
  while (X > 0) {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
    if (!Lock.owns_lock())
      Lock.lock();
  }
}

Task<> ok_early_return(bool Done) {
  {
    std::lock_guard Lock(M);
    if (Done)
      co_return;
    ++X;
  }
  co_await yield();
}

Task<> bad_early_return(bool Done) {
  std::lock_guard Lock(M);
  if (Done)
    co_return;
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_suspends_only_without_lock(bool Locked) {
  if (Locked) {
    std::lock_guard Lock(M);
    ++X;
  } else {
    co_await yield();
  }
}

Task<> ok_locked_in_try() {
  try {
    std::lock_guard Lock(M);
    ++X;
  } catch (...) {
    ++X;
  }
  co_await yield();
}

Task<> bad_suspends_in_try() {
  try {
    std::lock_guard Lock(M);
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  } catch (...) {
    ++X;
  }
}

Task<> bad_locked_around_try() {
  std::lock_guard Lock(M);
  try {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  } catch (...) {
    ++X;
  }
}

Task<> ok_throw(bool Wrong) {
  {
    std::lock_guard Lock(M);
    if (Wrong)
      throw 1;
    ++X;
  }
  co_await yield();
}

Task<> ok_goto() {
Again : {
  std::lock_guard Lock(M);
  ++X;
}
  co_await yield();
  if (X < 3)
    goto Again;
}

Task<> ok_locked_in_lambda() {
  auto Count = [] {
    std::lock_guard Lock(M);
    ++X;
  };
  Count();
  co_await yield();
}

// The lambda's suspension point is the lambda's affair.
Task<> ok_made_under_lock() {
  std::unique_lock Lock(M);
  auto Later = []() -> Task<> { co_await yield(); };
  Lock.unlock();
  co_await Later();
}

Task<> bad_in_lambda() {
  auto Later = []() -> Task<> {
    std::lock_guard Lock(M);
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
  };
  co_await Later();
}
