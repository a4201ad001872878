//===- threads/c11_threads.c - the threads of C11 -----------------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// thrd_*, mtx_*, cnd_*, tss_* and call_once, which have results of their own
// and in libc do not always go through the POSIX calls a probe knows.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <threads.h>

static mtx_t Timed, Recursive;
static cnd_t Condition;
static tss_t Key;
static once_flag Once = ONCE_FLAG_INIT;
static int Calls;
static atomic_int Destroyed;
static bool Set;

static const char *nameOf(int Result) {
  return Result == thrd_success    ? "success"
         : Result == thrd_busy     ? "busy"
         : Result == thrd_timedout ? "timed out"
         : Result == thrd_nomem    ? "no memory"
                                   : "error";
}

#define SHOW_THREAD(Call) say("%s = %s", #Call, nameOf(Call))

static void countCall(void) { ++Calls; }

static void destroy(void *Value) {
  stall();
  atomic_fetch_add(&Destroyed, *(int *)Value);
}

static void inThread(int Round, void *Data) {
  (void)Round, (void)Data;
  struct timespec Short = {0, 9000000}, Left = {0, 0};
  INSIST(thrd_sleep(&Short, &Left) == 0);
  spinUs(STALL_US);
}

static int run(void *Data) {
  static int Value = 3;
  tss_set(Key, &Value);
  call_once(&Once, countCall);
  INSIST(runLoop(2, inThread, NULL) == 0);
  mtx_lock(&Timed);
  Set = true;
  cnd_broadcast(&Condition);
  mtx_unlock(&Timed);
  thrd_exit(*(int *)Data + 1);
}

static struct timespec later(void) {
  return fromNs(nowNs(CLOCK_REALTIME) + 15000000);
}

static int tryTimed(void *Data) {
  (void)Data;
  struct timespec Until = later();
  SHOW_THREAD(mtx_trylock(&Timed));
  SHOW_THREAD(mtx_timedlock(&Timed, &Until));
  INSIST(nowNs(CLOCK_REALTIME) >=
         Until.tv_sec * INT64_C(1000000000) + Until.tv_nsec);
  return 0;
}

static void handle(int Round, void *Data) {
  (void)Data;
  thrd_t Thread;
  int Result = 0;
  spinUs(STALL_US);
  Set = false;
  SHOW_THREAD(mtx_lock(&Timed));
  INSIST(thrd_create(&Thread, tryTimed, NULL) == thrd_success);
  SHOW_THREAD(thrd_join(Thread, NULL));
  struct timespec Until = later();
  SHOW_THREAD(cnd_timedwait(&Condition, &Timed, &Until));
  SHOW_THREAD(thrd_create(&Thread, run, &Round));
  while (!Set)
    INSIST(cnd_wait(&Condition, &Timed) == thrd_success);
  SHOW_THREAD(mtx_unlock(&Timed));
  SHOW_THREAD(thrd_join(Thread, &Result));
  say("result %d", Result);
  SHOW_THREAD(mtx_lock(&Recursive));
  SHOW_THREAD(mtx_trylock(&Recursive));
  SHOW_THREAD(mtx_unlock(&Recursive));
  SHOW_THREAD(mtx_unlock(&Recursive));
  thrd_yield();
}

int main(void) {
  SHOW_THREAD(mtx_init(&Timed, mtx_timed));
  SHOW_THREAD(mtx_init(&Recursive, mtx_plain | mtx_recursive));
  SHOW_THREAD(cnd_init(&Condition));
  SHOW_THREAD(tss_create(&Key, destroy));
  EXPECT(runLoop(4, handle, NULL) == 0);
  say("calls %d, destroyed %d", Calls, atomic_load(&Destroyed));
  reportSelf("end", 1);
  return 0;
}
