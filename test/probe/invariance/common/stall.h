//===- common/stall.h - to be a stall -----------------------------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A probe acts when an iteration of a loop lasts longer than its threshold, and
// in another way when the thread computes than when it is blocked: stall() is
// both, one after the other, each longer than the 5 ms the suite is run with.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "say.h"

#include <stdint.h>
#include <time.h>

#define STALL_US 9000

static inline int64_t nowNs(clockid_t Clock) {
  struct timespec Now;
  clock_gettime(Clock, &Now);
  return (int64_t)Now.tv_sec * 1000000000 + Now.tv_nsec;
}

static inline struct timespec fromNs(int64_t Ns) {
  struct timespec Time;
  Time.tv_sec = (time_t)(Ns / 1000000000);
  Time.tv_nsec = (long)(Ns % 1000000000);
  return Time;
}

/// Computes in user mode.
static inline void spinUs(int64_t Us) {
  int64_t End = nowNs(CLOCK_MONOTONIC) + Us * 1000;
  volatile uint64_t Sum = 0;
  while (nowNs(CLOCK_MONOTONIC) < End)
    for (int Step = 0; Step < 500; ++Step)
      Sum = Sum * 31 + (uint64_t)Step;
}

/// Sleeps, and says so if the sleep was cut short.
static inline void sleepUs(int64_t Us) {
  struct timespec Asked = fromNs(Us * 1000);
  int64_t Start = nowNs(CLOCK_MONOTONIC);
  INSIST(nanosleep(&Asked, NULL) == 0);
  INSIST(nowNs(CLOCK_MONOTONIC) - Start >= Us * 1000);
}

static inline void stall(void) {
  spinUs(STALL_US);
  sleepUs(STALL_US);
}
