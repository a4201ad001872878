//===- cond_clocks.cpp - condition variables on both clocks -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A condition variable keeps the clock it was made with: a wrapper that calls
// an older version of the function, or another clock's, returns at once or
// never. Also the cond as it was before glibc 2.3.2, by its old symbol version,
// which old binaries still use: only a pointer, to what the old calls allocate.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <pthread.h>
#include <thread>

#if defined(__x86_64__)
#define OLD_VERSION "GLIBC_2.2.5"
extern "C" {
int oldInit(void *, const void *);
int oldDestroy(void *);
int oldSignal(void *);
int oldBroadcast(void *);
int oldWait(void *, pthread_mutex_t *);
int oldTimedwait(void *, pthread_mutex_t *, const struct timespec *);
}
__asm__(".symver oldInit, pthread_cond_init@" OLD_VERSION);
__asm__(".symver oldDestroy, pthread_cond_destroy@" OLD_VERSION);
__asm__(".symver oldSignal, pthread_cond_signal@" OLD_VERSION);
__asm__(".symver oldBroadcast, pthread_cond_broadcast@" OLD_VERSION);
__asm__(".symver oldWait, pthread_cond_wait@" OLD_VERSION);
__asm__(".symver oldTimedwait, pthread_cond_timedwait@" OLD_VERSION);
#endif

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;

static void useClock(clockid_t Clock) {
  pthread_condattr_t Attributes;
  pthread_cond_t Condition;
  pthread_condattr_init(&Attributes);
  SHOW_CODE(pthread_condattr_setclock(&Attributes, Clock));
  pthread_cond_init(&Condition, &Attributes);
  pthread_mutex_lock(&Mutex);
  struct timespec Until = fromNs(nowNs(Clock) + 30000000);
  SHOW_CODE(pthread_cond_timedwait(&Condition, &Mutex, &Until));
  INSIST(nowNs(Clock) >= Until.tv_sec * INT64_C(1000000000) + Until.tv_nsec);
  for (clockid_t Other : {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
    Until = fromNs(nowNs(Other) + 15000000);
    SHOW_CODE(pthread_cond_clockwait(&Condition, &Mutex, Other, &Until));
    INSIST(nowNs(Other) >= Until.tv_sec * INT64_C(1000000000) + Until.tv_nsec);
  }
  SHOW_CODE(pthread_cond_clockwait(&Condition, &Mutex, 99, &Until));
  // One that is signalled long before its time.
  bool Set = false;
  std::thread Setter([&] {
    sleepUs(STALL_US);
    pthread_mutex_lock(&Mutex);
    Set = true;
    pthread_cond_signal(&Condition);
    pthread_mutex_unlock(&Mutex);
  });
  Until = fromNs(nowNs(Clock) + INT64_C(20000000000));
  int Code = 0;
  while (!Set && Code == 0)
    Code = pthread_cond_timedwait(&Condition, &Mutex, &Until);
  say("signalled: %s", errorName(Code));
  pthread_mutex_unlock(&Mutex);
  Setter.join();
  SHOW_CODE(pthread_cond_destroy(&Condition));
}

#ifdef OLD_VERSION
static void useOld() {
  // A later member of the old struct would be the first of the new one.
  struct {
    void *Allocated;
    unsigned char Beyond[sizeof(pthread_cond_t)];
  } Old;
  memset(&Old, 0, sizeof Old);
  memset(Old.Beyond, 0x5a, sizeof Old.Beyond);
  SHOW_CODE(oldInit(&Old, nullptr));
  pthread_mutex_lock(&Mutex);
  struct timespec Until = fromNs(nowNs(CLOCK_REALTIME) + 15000000);
  SHOW_CODE(oldTimedwait(&Old, &Mutex, &Until));
  bool Set = false;
  std::thread Setter([&] {
    sleepUs(STALL_US);
    pthread_mutex_lock(&Mutex);
    Set = true;
    oldSignal(&Old);
    oldBroadcast(&Old);
    pthread_mutex_unlock(&Mutex);
  });
  int Code = 0;
  while (!Set && Code == 0)
    Code = oldWait(&Old, &Mutex);
  say("old signalled: %s", errorName(Code));
  pthread_mutex_unlock(&Mutex);
  Setter.join();
  SHOW_CODE(oldDestroy(&Old));
  for (unsigned char Byte : Old.Beyond)
    INSIST(Byte == 0x5a);
}
#else
static void useOld() {}
#endif

static void handle(int, void *) {
  spinUs(STALL_US);
  useClock(CLOCK_REALTIME);
  useClock(CLOCK_MONOTONIC);
  useOld();
}

int main() {
  EXPECT(runLoop(4, handle, nullptr) == 0);
  reportSelf("end", 1);
}
