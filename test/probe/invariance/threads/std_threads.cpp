//===- threads/std_threads.cpp - the threads of C++ -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the standard library builds on futexes and pthread calls: futures,
// latches, barriers, semaphores, atomic waits, shared and timed mutexes, with
// their timeouts, in the handlers of a loop.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>

// No errno here: whether the library gets to the kernel depends on timing.
#define TELL(...) say("%s = %ld", #__VA_ARGS__, (long)(__VA_ARGS__))

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Waits by the function, for at least that long.
template <typename WaitType>
static auto atLeast(Clock::duration Time, WaitType Wait) {
  Clock::time_point Start = Clock::now();
  auto Result = Wait();
  INSIST(Clock::now() - Start >= Time);
  return Result;
}

static void useFutures() {
  std::promise<int> Promise;
  std::future<int> Future = Promise.get_future();
  TELL(atLeast(15ms, [&] { return Future.wait_for(15ms); }) ==
       std::future_status::timeout);
  TELL(atLeast(5ms, [&] { return Future.wait_until(Clock::now() + 5ms); }) ==
       std::future_status::timeout);
  std::jthread Setter([&] {
    std::this_thread::sleep_for(9ms);
    Promise.set_value(4);
  });
  TELL(Future.get());
  TELL(std::async(std::launch::async, [] {
         stall();
         return 5;
       }).get());
}

static void useMutexes() {
  std::timed_mutex Timed;
  std::shared_timed_mutex Shared;
  std::recursive_timed_mutex Recursive;
  std::scoped_lock Held(Timed, Recursive);
  std::shared_lock Reader(Shared);
  std::thread([&] {
    TELL(atLeast(9ms, [&] { return Timed.try_lock_for(9ms); }));
    TELL(atLeast(9ms, [&] { return Shared.try_lock_for(9ms); }));
    TELL(atLeast(9ms,
                 [&] { return Recursive.try_lock_until(Clock::now() + 9ms); }));
    TELL(Shared.try_lock_shared());
    Shared.unlock_shared();
  }).join();
  TELL(Recursive.try_lock());
  Recursive.unlock();
}

static void useConditions() {
  std::mutex Mutex;
  std::condition_variable Condition;
  std::condition_variable_any Any;
  std::unique_lock Lock(Mutex);
  TELL(atLeast(9ms, [&] {
    return Condition.wait_for(Lock, 9ms, [] { return false; });
  }));
  std::jthread Waiter([&](std::stop_token Stop) {
    std::unique_lock Inner(Mutex);
    TELL(Any.wait(Inner, Stop, [] { return false; }));
  });
  Lock.unlock();
  sleepUs(STALL_US);
  Waiter.request_stop();
  Waiter.join();
}

static void useCounters() {
  std::latch Latch(3);
  std::barrier Barrier(3);
  std::counting_semaphore<5> Semaphore(0);
  std::atomic<int> Value = 0;
  auto Run = [&] {
    sleepUs(STALL_US);
    Latch.arrive_and_wait();
    Barrier.arrive_and_wait();
    Semaphore.release();
    Value.wait(0);
    Barrier.arrive_and_wait();
  };
  std::jthread First(Run), Second(Run);
  Latch.arrive_and_wait();
  Barrier.arrive_and_wait();
  Semaphore.acquire();
  Semaphore.acquire();
  TELL(atLeast(9ms, [&] { return Semaphore.try_acquire_for(9ms); }));
  Value = 1;
  Value.notify_all();
  Barrier.arrive_and_wait();
}

static void useThisThread() {
  char Name[16] = "";
  std::jthread([&] {
    pthread_setname_np(pthread_self(), "named");
    atLeast(9ms, [] { return std::this_thread::sleep_for(9ms), 0; });
    atLeast(9ms, [] {
      return std::this_thread::sleep_until(Clock::now() + 9ms), 0;
    });
    pthread_getname_np(pthread_self(), Name, sizeof Name);
  }).join();
  say("name %s", Name);
  TELL((long)std::thread::hardware_concurrency());
}

static void handle(int, void *) {
  spinUs(STALL_US);
  useFutures();
  useMutexes();
  useConditions();
  useCounters();
  useThisThread();
}

int main() {
  EXPECT(runLoop(4, handle, nullptr) == 0);
  reportSelf("end", 1);
}
