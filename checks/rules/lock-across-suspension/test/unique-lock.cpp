// RUN: %check_nostall --check nostall-lock-across-suspension %s
// A std::unique_lock does not hold its mutex all its life.

#include <chrono>
#include <coroutine_types.h>
#include <mutex>

using mock::Task;
using mock::yield;

std::mutex M;
std::timed_mutex Timed;
extern int X;

Task<> ok_unlocked() {
  std::unique_lock Lock(M);
  ++X;
  Lock.unlock();
  co_await yield();
}

Task<> bad_locked_again() {
  std::unique_lock Lock(M);
  Lock.unlock();
  Lock.lock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await while it holds a lock
}

Task<> ok_deferred() {
  std::unique_lock Lock(M, std::defer_lock);
  co_await yield();
  Lock.lock();
  ++X;
}

Task<> bad_deferred_and_locked() {
  std::unique_lock Lock(M, std::defer_lock);
  Lock.lock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_locked_on_one_way(bool Wanted) {
  std::unique_lock Lock(M, std::defer_lock);
  if (Wanted)
    Lock.lock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_unlocked_on_the_same_way(bool Wanted) {
  std::unique_lock Lock(M, std::defer_lock);
  if (Wanted) {
    Lock.lock();
    ++X;
    Lock.unlock();
  }
  co_await yield();
}

Task<> bad_unlocked_on_one_way(bool Wanted) {
  std::unique_lock Lock(M);
  if (Wanted)
    Lock.unlock();
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_try() {
  std::unique_lock Lock(M, std::try_to_lock);
  if (Lock.owns_lock())
    co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
}

Task<> bad_try_converted() {
  std::unique_lock Lock(M, std::try_to_lock);
  if (Lock)
    co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: the coroutine suspends at this co_await
}

Task<> ok_try_failed() {
  std::unique_lock Lock(M, std::try_to_lock);
  if (!Lock.owns_lock()) {
    co_await yield();
    co_return;
  }
  ++X;
}

Task<> ok_try_failed_converted() {
  std::unique_lock Lock(M, std::try_to_lock);
  if (!Lock) {
    co_await yield();
    co_return;
  }
  ++X;
}

Task<> ok_released() {
  std::unique_lock Lock(M);
  ++X;
  Lock.release()->unlock();
  co_await yield();
}

Task<> ok_swapped_away() {
  std::unique_lock Lock(M);
  {
    std::unique_lock<std::mutex> Other;
    Other.swap(Lock);
    ++X;
  }
  co_await yield();
}

Task<> bad_swapped_here() {
  std::unique_lock<std::mutex> Lock;
  {
    std::unique_lock Other(M);
    Lock.swap(Other);
  }
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_moved_here() {
  std::unique_lock Other(M);
  std::unique_lock Lock(std::move(Other));
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_adopted_and_unlocked() {
  M.lock();
  std::unique_lock Lock(M, std::adopt_lock);
  Lock.unlock();
  co_await yield();
}

Task<> ok_tried_and_adopted() {
  if (M.try_lock()) {
    std::unique_lock Lock(M, std::adopt_lock);
    ++X;
  }
  co_await yield();
}

Task<> ok_unlocked_if_owned() {
  std::unique_lock Lock(M);
  if (X)
    Lock.unlock();
  if (Lock.owns_lock())
    Lock.unlock();
  co_await yield();
}

Task<> ok_time_limit_failed() {
  std::unique_lock Lock(Timed, std::chrono::milliseconds(1));
  if (!Lock)
    co_await yield();
}

Task<> ok_released_result() {
  std::unique_lock Lock(M);
  std::mutex *Mine = Lock.release();
  Mine->unlock();
  co_await yield();
}

// FN: whether somebody unlocks what a guard gave up is not followed.
Task<> FN_released_and_still_locked() {
  std::unique_lock Lock(M);
  Lock.release();
  co_await yield();
  M.unlock();
}
