//===- limits/no_tsc.cpp - a program that may not read the TSC --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PR_SET_TSC makes the instruction fault, as recorders and some emulators want
// it; from then on the program only asks the kernel for the time.
//
//===----------------------------------------------------------------------===//

#include "loop.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

static int64_t kernelNs() {
  struct timespec Now;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &Now);
  return (int64_t)Now.tv_sec * 1000000000 + Now.tv_nsec;
}

static void handle(int, void *) {
  struct timespec Asked = {0, 9000000};
  int64_t End = kernelNs() + 9000000;
  while (kernelNs() < End)
    ;
  INSIST(nanosleep(&Asked, nullptr) == 0);
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
#ifdef PR_SET_TSC
  SHOW(prctl(PR_SET_TSC, PR_TSC_SIGSEGV));
#endif
  EXPECT(runLoop(6, handle, nullptr) == 0);
#ifdef PR_SET_TSC
  int Mode = 0;
  SHOW(prctl(PR_GET_TSC, &Mode));
  SHOW(Mode);
#endif
}
