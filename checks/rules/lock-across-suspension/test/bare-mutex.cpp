// RUN: %check_nostall --check nostall-lock-across-suspension %s
// lock() and unlock() without a guard.

#include <chrono>
#include <coroutine_types.h>
#include <mutex>
#include <pthread.h>
#include <shared_mutex>

using mock::Task;
using mock::yield;
using namespace std::chrono_literals;

std::mutex M, N;
std::timed_mutex Timed;
std::shared_mutex Shared;
pthread_mutex_t Posix;
extern int X;

Task<> bad_lock() {
  M.lock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock
  M.unlock();
}

Task<> ok_unlocked() {
  M.lock();
  ++X;
  M.unlock();
  co_await yield();
}

Task<> bad_other_mutex_unlocked() {
  M.lock();
  N.lock();
  N.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  M.unlock();
}

Task<> bad_unlocked_on_one_way(bool Early) {
  M.lock();
  if (Early)
    M.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  M.unlock();
}

Task<> ok_unlocked_on_both_ways(bool Early) {
  M.lock();
  if (Early) {
    M.unlock();
    co_return;
  }
  ++X;
  M.unlock();
  co_await yield();
}

Task<> bad_try_lock() {
  if (M.try_lock()) {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
    M.unlock();
  }
}

Task<> ok_try_lock_failed() {
  if (M.try_lock()) {
    ++X;
    M.unlock();
  } else {
    co_await yield();
  }
}

// The way to wait for a mutex of threads in a coroutine.
Task<> ok_try_lock_until_it_succeeds() {
  while (!M.try_lock())
    co_await yield();
  ++X;
  M.unlock();
}

Task<> bad_try_lock_for() {
  if (Timed.try_lock_for(1ms)) {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
    Timed.unlock();
  }
}

Task<> ok_try_lock_for_failed() {
  if (!Timed.try_lock_for(1ms)) {
    co_await yield();
    co_return;
  }
  Timed.unlock();
}

Task<> bad_shared() {
  Shared.lock_shared();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  Shared.unlock_shared();
}

Task<> ok_shared() {
  Shared.lock_shared();
  ++X;
  Shared.unlock_shared();
  co_await yield();
}

Task<> bad_pthread() {
  pthread_mutex_lock(&Posix);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  pthread_mutex_unlock(&Posix);
}

Task<> ok_pthread() {
  pthread_mutex_lock(&Posix);
  ++X;
  pthread_mutex_unlock(&Posix);
  co_await yield();
}

// FN: helpers that lock, and the algorithm that locks several.
static void lockIt() { M.lock(); }
static void unlockIt() { M.unlock(); }

Task<> FN_locked_by_helper() {
  lockIt();
  co_await yield();
  unlockIt();
}

Task<> FN_std_lock() {
  std::lock(M, N);
  co_await yield();
  M.unlock();
  N.unlock();
}
