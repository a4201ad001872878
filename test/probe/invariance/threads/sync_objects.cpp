//===- threads/sync_objects.cpp - mutexes, locks and barriers ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What POSIX objects answer: kinds of mutexes, timeouts on each clock, the
// death of an owner, a barrier's one serial thread. They return error numbers
// and leave errno alone, before and after they have waited.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <thread>
#include <vector>

static struct timespec in(clockid_t Clock, int Ms) {
  return fromNs(nowNs(Clock) + Ms * INT64_C(1000000));
}

/// A timed call under SHOW_CODE must not return before its time.
#define SHOW_TIMED(Clock, Ms, Call)                                            \
  do {                                                                         \
    struct timespec Until = in(Clock, Ms);                                     \
    SHOW_CODE(Call);                                                           \
    INSIST(nowNs(Clock) >=                                                     \
           Until.tv_sec * INT64_C(1000000000) + Until.tv_nsec);                \
  } while (false)

static pthread_mutex_t makeMutex(int Kind, int Robust = 0) {
  pthread_mutexattr_t Attributes;
  pthread_mutex_t Mutex;
  pthread_mutexattr_init(&Attributes);
  pthread_mutexattr_settype(&Attributes, Kind);
  if (Robust)
    pthread_mutexattr_setrobust(&Attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&Mutex, &Attributes);
  return Mutex;
}

static void useKinds() {
  pthread_mutex_t Checked = makeMutex(PTHREAD_MUTEX_ERRORCHECK);
  SHOW_CODE(pthread_mutex_lock(&Checked));
  SHOW_CODE(pthread_mutex_lock(&Checked));
  SHOW_CODE(pthread_mutex_trylock(&Checked));
  std::thread([&] {
    SHOW_CODE(pthread_mutex_unlock(&Checked));
    SHOW_TIMED(CLOCK_REALTIME, 9, pthread_mutex_timedlock(&Checked, &Until));
    SHOW_TIMED(CLOCK_MONOTONIC, 9,
               pthread_mutex_clocklock(&Checked, CLOCK_MONOTONIC, &Until));
  }).join();
  SHOW_CODE(pthread_mutex_unlock(&Checked));
  SHOW_CODE(pthread_mutex_unlock(&Checked));
  pthread_mutex_t Recursive = makeMutex(PTHREAD_MUTEX_RECURSIVE);
  for (int Depth = 0; Depth < 3; ++Depth)
    SHOW_CODE(pthread_mutex_lock(&Recursive));
  std::thread([&] { SHOW_CODE(pthread_mutex_trylock(&Recursive)); }).join();
  for (int Depth = 0; Depth < 4; ++Depth)
    SHOW_CODE(pthread_mutex_unlock(&Recursive));
  struct timespec Wrong = {0, 2000000000};
  SHOW_CODE(pthread_mutex_lock(&Checked));
  std::thread([&] {
    SHOW_CODE(pthread_mutex_timedlock(&Checked, &Wrong));
  }).join();
  SHOW_CODE(pthread_mutex_unlock(&Checked));
}

static void useRobust() {
  pthread_mutex_t Robust = makeMutex(PTHREAD_MUTEX_NORMAL, 1);
  std::atomic<bool> Locked = false;
  std::thread Owner([&] {
    pthread_mutex_lock(&Robust);
    Locked = true;
    sleepUs(STALL_US);
  });
  while (!Locked)
    sleepUs(500);
  SHOW_CODE(pthread_mutex_lock(&Robust)); // Until the owner has died.
  Owner.join();
  SHOW_CODE(pthread_mutex_consistent(&Robust));
  SHOW_CODE(pthread_mutex_unlock(&Robust));
  std::thread([&] { pthread_mutex_lock(&Robust); }).join();
  SHOW_CODE(pthread_mutex_trylock(&Robust));
  SHOW_CODE(pthread_mutex_unlock(&Robust)); // Not made consistent.
  SHOW_CODE(pthread_mutex_lock(&Robust));
}

/// Owned by a process that dies, and shared with it.
static void useSharedRobust() {
  auto *Shared = (pthread_mutex_t *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t Attributes;
  pthread_mutexattr_init(&Attributes);
  pthread_mutexattr_setpshared(&Attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&Attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(Shared, &Attributes);
  pid_t Child = fork();
  if (Child == 0) {
    pthread_mutex_lock(Shared);
    _exit(0);
  }
  INSIST(waitpid(Child, nullptr, 0) == Child);
  SHOW_CODE(pthread_mutex_lock(Shared));
  SHOW_CODE(pthread_mutex_consistent(Shared));
  SHOW_CODE(pthread_mutex_unlock(Shared));
  munmap(Shared, 4096);
}

static void useReadWriteLock() {
  pthread_rwlock_t Lock = PTHREAD_RWLOCK_INITIALIZER;
  SHOW_CODE(pthread_rwlock_rdlock(&Lock));
  SHOW_CODE(pthread_rwlock_tryrdlock(&Lock));
  SHOW_CODE(pthread_rwlock_trywrlock(&Lock));
  std::thread([&] {
    SHOW_TIMED(CLOCK_REALTIME, 9, pthread_rwlock_timedwrlock(&Lock, &Until));
    SHOW_TIMED(CLOCK_MONOTONIC, 9,
               pthread_rwlock_clockwrlock(&Lock, CLOCK_MONOTONIC, &Until));
  }).join();
  SHOW_CODE(pthread_rwlock_unlock(&Lock));
  SHOW_CODE(pthread_rwlock_unlock(&Lock));
  SHOW_CODE(pthread_rwlock_wrlock(&Lock));
  SHOW_CODE(pthread_rwlock_wrlock(&Lock));
  SHOW_CODE(pthread_rwlock_rdlock(&Lock));
  std::thread([&] {
    SHOW_TIMED(CLOCK_REALTIME, 9, pthread_rwlock_timedrdlock(&Lock, &Until));
    SHOW_TIMED(CLOCK_MONOTONIC, 9,
               pthread_rwlock_clockrdlock(&Lock, CLOCK_MONOTONIC, &Until));
  }).join();
  SHOW_CODE(pthread_rwlock_unlock(&Lock));
}

static void useBarrier() {
  pthread_barrier_t Barrier;
  std::atomic<int> Serial = 0, Others = 0;
  pthread_barrier_init(&Barrier, nullptr, 4);
  auto Wait = [&] {
    for (int Time = 0; Time < 5; ++Time) {
      int Code = pthread_barrier_wait(&Barrier);
      Serial += Code == PTHREAD_BARRIER_SERIAL_THREAD;
      Others += Code == 0;
    }
  };
  std::vector<std::thread> Threads;
  for (int Number = 0; Number < 3; ++Number)
    Threads.emplace_back(Wait);
  sleepUs(STALL_US);
  Wait();
  for (std::thread &Thread : Threads)
    Thread.join();
  say("barrier: serial %d, others %d", Serial.load(), Others.load());
  SHOW_CODE(pthread_barrier_destroy(&Barrier));
}

static void useSemaphore() {
  sem_t Semaphore;
  int Value = -1;
  struct timespec Until = in(CLOCK_REALTIME, 9);
  sem_init(&Semaphore, 0, 1);
  SHOW(sem_wait(&Semaphore));
  SHOW(sem_trywait(&Semaphore));
  SHOW(sem_timedwait(&Semaphore, &Until));
  Until = in(CLOCK_MONOTONIC, 9);
  SHOW(sem_clockwait(&Semaphore, CLOCK_MONOTONIC, &Until));
  SHOW(sem_post(&Semaphore));
  SHOW(sem_getvalue(&Semaphore, &Value));
  SHOW(Value);
}

static void useThreads() {
  pthread_t Thread;
  struct timespec Until;
  auto Run = [](void *Data) -> void * { return sleepUs(40000), Data; };
  void *Result = nullptr;
  pthread_create(&Thread, nullptr, Run, (void *)5);
  SHOW_CODE(pthread_tryjoin_np(Thread, &Result));
  Until = in(CLOCK_REALTIME, 5);
  SHOW_CODE(pthread_timedjoin_np(Thread, &Result, &Until));
  SHOW_CODE(pthread_join(Thread, &Result));
  SHOW((long)Result);
  SHOW_CODE(pthread_join(pthread_self(), nullptr));
  pthread_spinlock_t Spin;
  pthread_spin_init(&Spin, 0);
  SHOW_CODE(pthread_spin_lock(&Spin));
  SHOW_CODE(pthread_spin_trylock(&Spin));
  SHOW_CODE(pthread_spin_unlock(&Spin));
}

static void handle(int, void *) {
  spinUs(STALL_US);
  useKinds();
  useRobust();
  useSharedRobust();
  useReadWriteLock();
  useBarrier();
  useSemaphore();
  useThreads();
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}
