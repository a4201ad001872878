//===- signals/exec_mask.cpp - what exec hands on ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Over fork and exec go the signal mask, the ignored and the pending signals;
// handlers become defaults. A handler or mask of the probe must not come along,
// nor one of its signals be pending.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static char *Self;

static void inChild(int, void *) { stall(); }

static void handle(int Round, void *) {
  sigset_t Some, Old;
  stall();
  sigemptyset(&Some);
  sigaddset(&Some, SIGTERM);
  sigaddset(&Some, SIGRTMIN + 3);
  sigaddset(&Some, SIGRTMAX);
  sigprocmask(SIG_BLOCK, &Some, &Old);
  pid_t Child = fork();
  if (Child == 0) {
    raise(SIGTERM);
    raise(SIGRTMAX);
    raise(SIGRTMIN + 3);
    raise(SIGRTMIN + 3);
    spinUs(STALL_US);
    execl(Self, Self, Round ? "child" : "quiet", nullptr);
    _exit(1);
  }
  sigprocmask(SIG_SETMASK, &Old, nullptr);
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("status %x", Status);
}

static int runChild(bool Loops) {
  struct timespec Now = {0, 0};
  sigset_t Pending;
  if (Loops)
    EXPECT(runLoop(3, inChild, nullptr) == 0);
  reportSelf("child", 1);
  sigpending(&Pending);
  for (int Number; (Number = sigtimedwait(&Pending, nullptr, &Now)) > 0;)
    say("pending %d", Number);
  return 4;
}

int main(int Count, char **Arguments) {
  Self = Arguments[0];
  if (Count > 1)
    return runChild(strcmp(Arguments[1], "child") == 0);
  signal(SIGUSR1, [](int) {});
  signal(SIGUSR2, SIG_IGN);
  signal(SIGRTMIN + 7, SIG_IGN);
  signal(SIGRTMIN + 8, [](int) {});
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("parent", 1);
}
