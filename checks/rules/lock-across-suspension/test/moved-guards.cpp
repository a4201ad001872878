// RUN: %check_nostall --check nostall-lock-across-suspension %s
// Guards that are moved, assigned, swapped, given away.

#include <coroutine_types.h>
#include <mutex>

using mock::Task;
using mock::yield;

std::mutex M;
extern int X;

static void take(std::unique_lock<std::mutex>) { ++X; }
void takeByReference(std::unique_lock<std::mutex> &&);

Task<> ok_to_parameter() {
  std::unique_lock Lock(M);
  take(std::move(Lock));
  co_await yield();
}

Task<> ok_to_reference() {
  std::unique_lock Lock(M);
  takeByReference(std::move(Lock));
  co_await yield();
}

Task<> ok_temporary_to_parameter() {
  take(std::unique_lock(M));
  co_await yield();
}

Task<> ok_to_inner() {
  std::unique_lock Lock(M);
  {
    std::unique_lock Inner(std::move(Lock));
    ++X;
  }
  co_await yield();
}

Task<> bad_to_outer() {
  std::unique_lock Lock(M);
  std::unique_lock Other = std::move(Lock);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_moved_and_unlocked() {
  std::unique_lock Lock(M);
  std::unique_lock Other = std::move(Lock);
  Other.unlock();
  co_await yield();
}

Task<> bad_assigned() {
  std::unique_lock<std::mutex> Outer;
  {
    std::unique_lock Lock(M);
    Outer = std::move(Lock);
  }
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_assigned_temporary() {
  std::unique_lock<std::mutex> Lock;
  Lock = std::unique_lock(M);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> bad_assigned_by_way_of_temporary() {
  std::unique_lock Lock(M);
  std::unique_lock<std::mutex> Other;
  Other = std::unique_lock(std::move(Lock));
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_overwritten() {
  std::unique_lock Lock(M);
  Lock = std::unique_lock<std::mutex>();
  co_await yield();
}

Task<> ok_swapped() {
  std::unique_lock Lock(M);
  {
    std::unique_lock<std::mutex> Inner;
    std::swap(Inner, Lock);
  }
  co_await yield();
}

Task<> bad_swapped() {
  std::unique_lock<std::mutex> Lock;
  {
    std::unique_lock Inner(M);
    std::swap(Inner, Lock);
  }
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}

Task<> ok_captured() {
  std::unique_lock Lock(M);
  auto Later = [Mine = std::move(Lock)]() mutable { Mine.unlock(); };
  Later();
  co_await yield();
}

struct Holder {
  std::unique_lock<std::mutex> Mine;
};

Task<> ok_put_into_object() {
  std::unique_lock Lock(M);
  Holder Object{std::move(Lock)};
  Object.Mine.unlock();
  co_await yield();
}

// FN: guards inside of objects are not followed.
Task<> FN_held_by_object() {
  std::unique_lock Lock(M);
  Holder Object{std::move(Lock)};
  co_await yield();
}

Task<> bad_one_of_two(bool First) {
  std::unique_lock Lock(M);
  std::unique_lock<std::mutex> Other;
  std::unique_lock Chosen = First ? std::move(Lock) : std::move(Other);
  co_await yield();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the coroutine suspends at this co_await
}
