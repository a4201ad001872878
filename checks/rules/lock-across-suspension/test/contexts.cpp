// RUN: %check_nostall --check nostall-lock-across-suspension %s
// Who suspends under a lock, and whole messages.

#include <coroutine_types.h>
#include <mutex>

using mock::Task;
using mock::yield;

std::mutex M;
extern int X;

// A generator runs inside whoever iterates over it, on that one's thread.
mock::Generator<int> ok_generator() {
  std::lock_guard Lock(M);
  co_yield X;
}

Task<> bad_unknown_start() {
  std::unique_lock Lock(M);
  co_await yield();
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: the coroutine suspends at this co_await while it holds a lock: whoever waits for it stalls until the coroutine is resumed [nostall-lock-across-suspension]
// CHECK-NOTES: :[[@LINE-5]]:8: note: 'bad_unknown_start' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-4]]:3: note: suspends here
// CHECK-NOTES: :[[@LINE-6]]:20: note: the lock is taken here by 'std::unique_lock::unique_lock'
// CHECK-NOTES: :[[@LINE-6]]:3: note: instead: release the lock before the suspension point, or use a mutex whose lock() is awaited

// Twice instantiated, one finding.
template <typename Value> Task<> underLock(Value &V) {
  std::lock_guard Lock(M);
  co_await yield();
  ++V;
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: the coroutine suspends at this co_await while it holds a lock: {{.*}}
// CHECK-NOTES: :[[@LINE+6]]:17: note: 'underLock' is started here
// CHECK-NOTES: :[[@LINE-7]]:34: note: 'underLock' is a coroutine
// CHECK-NOTES: :[[@LINE-6]]:3: note: suspends here
// CHECK-NOTES: :[[@LINE-8]]:19: note: the lock is taken here by 'std::lock_guard::lock_guard'
// CHECK-NOTES: :[[@LINE-8]]:3: note: instead: release the lock {{.*}}

Task<> user() { co_await underLock(X); }
extern long Y;
Task<> otherUser() { co_await underLock(Y); }
