// RUN: %check_nostall --check nostall-blocking-call %s
// Waiting for a mutex takes long where a holder keeps it across a suspension
// point or a blocking call; not after it was given back.

#include <coroutine_types.h>
#include <mutex>
#include <unistd.h>

using mock::Task;
using mock::yield;

std::mutex Kept, Unlocked, Moved, Given, Adopted, Swapped, Tried;
extern int X;

// Runs on a thread of its own.
void worker() {
  {
    std::lock_guard Lock(Kept);
    sleep(1);
  }
  {
    std::unique_lock Lock(Unlocked);
    Lock.unlock();
    sleep(1);
  }
  {
    std::unique_lock Lock(Moved);
    {
      std::unique_lock Inner(std::move(Lock));
    }
    sleep(1);
  }
  Adopted.lock();
  {
    std::lock_guard Lock(Adopted, std::adopt_lock);
  }
  sleep(1);
  std::unique_lock Lock(Swapped);
  {
    std::unique_lock<std::mutex> Inner;
    std::swap(Lock, Inner);
  }
  sleep(1);
  bool Got = Tried.try_lock();
  if (!Got) {
    sleep(1);
    return;
  }
  Tried.unlock();
  sleep(1);
}

Task<> bad_kept() {
  std::lock_guard Lock(Kept);
  // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: the constructor of 'std::lock_guard' may block the event loop
  ++X;
  co_return;
}

Task<> ok_given_back() {
  { std::lock_guard Lock(Unlocked); }
  { std::lock_guard Lock(Moved); }
  { std::lock_guard Lock(Adopted); }
  { std::lock_guard Lock(Swapped); }
  { std::lock_guard Lock(Tried); }
  co_return;
}

static void take(std::unique_lock<std::mutex>) { ++X; }

Task<> ok_given_away() {
  std::unique_lock Lock(Given);
  take(std::move(Lock));
  co_await yield();
}

Task<> ok_waits_for_given() {
  std::lock_guard Lock(Given);
  co_return;
}
