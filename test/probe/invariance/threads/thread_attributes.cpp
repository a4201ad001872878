//===- thread_attributes.cpp - what a thread knows of itself ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stack bounds, guard, name, scheduling, mask and alternate stack of each
// thread, in its loop; a probe that wraps pthread_create gives it another start
// function, and must give nothing else.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <pthread.h>
#include <sys/syscall.h>

static size_t StackSize;

static void reportThread(int Round, void *Data) {
  pthread_attr_t Attributes;
  void *Stack;
  size_t Size, Guard;
  char Name[16] = "";
  int Policy;
  struct sched_param Parameters;
  sigset_t Blocked;
  stack_t Alternate;
  stall();
  if (Round < 2)
    return;
  INSIST(pthread_getattr_np(pthread_self(), &Attributes) == 0);
  pthread_attr_getstack(&Attributes, &Stack, &Size);
  pthread_attr_getguardsize(&Attributes, &Guard);
  pthread_attr_destroy(&Attributes);
  char *Here = (char *)__builtin_frame_address(0);
  INSIST(Here > (char *)Stack && Here < (char *)Stack + Size);
  pthread_getname_np(pthread_self(), Name, sizeof Name);
  pthread_getschedparam(pthread_self(), &Policy, &Parameters);
  pthread_sigmask(SIG_SETMASK, nullptr, &Blocked);
  sigaltstack(nullptr, &Alternate);
  say("%s: stack %s, guard %zu, name %s, policy %d, blocked %llx, "
      "altstack %d, slack %d",
      (const char *)Data, Size == StackSize ? "as asked" : "another", Guard,
      Name, Policy, (unsigned long long)maskBits(&Blocked), Alternate.ss_flags,
      prctl(PR_GET_TIMERSLACK));
  INSIST(syscall(SYS_gettid) == gettid());
}

static void *run(void *Data) {
  INSIST(runLoop(3, reportThread, Data) == 0);
  // The first frame of a thread has as much room above it as it always had:
  // nothing of a probe's lies between it and the thread's own block.
  return (char *)Data + 1;
}

static void startThread(size_t Size, size_t Guard, bool Detached) {
  static char Label[] = "thread";
  pthread_attr_t Attributes;
  pthread_t Thread;
  void *Result = nullptr;
  sigset_t Some;
  sigemptyset(&Some);
  sigaddset(&Some, SIGUSR2);
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, Size);
  pthread_attr_setguardsize(&Attributes, Guard);
  if (!Detached)
    pthread_attr_setsigmask_np(&Attributes, &Some);
  pthread_attr_setdetachstate(&Attributes, Detached);
  StackSize = Size;
  INSIST(pthread_create(&Thread, &Attributes, run, Label) == 0);
  pthread_attr_destroy(&Attributes);
  if (Detached)
    INSIST(settledThreads(1) == 1);
  else
    INSIST(pthread_join(Thread, &Result) == 0 && Result == Label + 1);
}

static void handle(int Round, void *) {
  stall();
  startThread(64 * 1024 << Round, 4096u << Round, false);
  startThread(256 * 1024, 0, true);
}

static void fail() {
  pthread_attr_t Attributes;
  pthread_t Thread;
  char Label[] = "none";
  pthread_attr_init(&Attributes);
  SHOW_CODE(pthread_attr_setstacksize(&Attributes, 100));
  // More than there is address space.
  pthread_attr_setstacksize(&Attributes, (size_t)1 << 50);
  SHOW_CODE(pthread_create(&Thread, &Attributes, run, Label));
  pthread_attr_destroy(&Attributes);
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  fail();
  reportSelf("end", 1);
}
