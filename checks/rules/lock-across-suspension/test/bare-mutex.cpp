// RUN: %check_nostall --check nostall-lock-across-suspension %s
// lock() and unlock() without a guard.

#include <chrono>
#include <coroutine_types.h>
#include <mutex>
#include <pthread.h>
#include <shared_mutex>
#include <threads.h>

using mock::Task;
using mock::yield;
using namespace std::chrono_literals;

std::mutex M, N;
std::timed_mutex Timed;
std::shared_mutex Shared;
pthread_mutex_t Posix;
mtx_t OfC;
extern int X;
bool isWanted();

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

// pthread functions succeed with 0.
Task<> ok_pthread_trylock_failed() {
  if (pthread_mutex_trylock(&Posix) != 0) {
    co_await yield();
    co_return;
  }
  pthread_mutex_unlock(&Posix);
}

Task<> bad_pthread_trylock() {
  if (pthread_mutex_trylock(&Posix) == 0) {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
    pthread_mutex_unlock(&Posix);
  }
}

Task<> ok_mtx_trylock_failed() {
  if (mtx_trylock(&OfC) != thrd_success) {
    co_await yield();
    co_return;
  }
  mtx_unlock(&OfC);
}

// The variable that keeps a result holds nothing.
Task<> ok_result_kept() {
  bool Got = M.try_lock();
  if (Got) {
    ++X;
    M.unlock();
  }
  co_await yield();
}

Task<> ok_result_kept_else() {
  const bool Got = M.try_lock();
  if (!Got) {
    co_await yield();
    co_return;
  }
  M.unlock();
}

Task<> bad_result_kept() {
  bool Got = M.try_lock();
  if (Got) {
    co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
    M.unlock();
  }
}

Task<> ok_pthread_result() {
  int Error = pthread_mutex_lock(&Posix);
  pthread_mutex_unlock(&Posix);
  co_await yield();
  X = Error;
}

// At its end a coroutine suspends as well; that is not meant.
Task<> ok_acquires() {
  while (!M.try_lock())
    co_await yield();
}

// Branches on one variable go the same way.
Task<> bad_correlated(bool Early) {
  M.lock();
  if (Early)
    M.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  if (!Early)
    M.unlock();
  co_await yield();
}

Task<> ok_correlated(bool Shared) {
  if (Shared)
    M.lock();
  ++X;
  if (Shared)
    M.unlock();
  co_await yield();
}

Task<> ok_other_way(bool Locked) {
  if (Locked)
    M.lock();
  if (!Locked)
    co_await yield();
  if (Locked)
    M.unlock();
}

Task<> ok_correlated_local() {
  const bool Wanted = isWanted();
  if (Wanted)
    M.lock();
  ++X;
  if (Wanted)
    M.unlock();
  co_await yield();
}

Task<> bad_other_variable(bool Locked, bool Done) {
  if (Locked)
    M.lock();
  if (Done)
    M.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

// The variable is another one in the next round.
Task<> bad_new_answer() {
  for (int I = 0; I < 3; ++I) {
    const bool Wanted = isWanted();
    if (!Wanted)
      co_await yield();
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: the coroutine suspends at this co_await
    if (Wanted)
      M.lock();
  }
}

Task<> ok_reference() {
  std::mutex &Same = M;
  Same.lock();
  M.unlock();
  co_await yield();
}

Task<> bad_std_lock() {
  std::lock(M, N);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
  M.unlock();
  N.unlock();
}

Task<> ok_std_lock() {
  std::lock(M, N);
  M.unlock();
  N.unlock();
  co_await yield();
}

Task<> ok_std_try_lock_failed() {
  const int Failed = std::try_lock(M, N);
  if (Failed != -1) {
    co_await yield();
    co_return;
  }
  M.unlock();
  N.unlock();
}

// FP: the summary does not say when a variable is set again.
Task<> FP_flag_set_later() {
  bool Locked = false;
  if (X) {
    M.lock();
    Locked = true;
  }
  ++X;
  if (Locked)
    M.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

// What helpers unlock is followed, what they lock is not.
static void lockIt() { M.lock(); }
static void unlockIt() { M.unlock(); }

Task<> FN_locked_by_helper() {
  lockIt();
  co_await yield();
  unlockIt();
}

Task<> ok_unlocked_by_helper() {
  M.lock();
  unlockIt();
  co_await yield();
}
