//===- process/wait_children.cpp - which children a program has -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every way to wait, SIGCHLD with what it tells, orphans for a subreaper. A
// probe that starts a process below the program would appear in all of them.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <set>

static int Signals;
static std::set<pid_t> Signalled;

static void onChild(int, siginfo_t *Info, void *) {
  ++Signals;
  Signalled.insert(Info->si_pid);
}

static pid_t startChild(int Code) {
  pid_t Child = fork();
  if (Child == 0) {
    stall();
    _exit(Code);
  }
  return Child;
}

static void waitEachWay() {
  int Status = 0;
  struct rusage Usage;
  siginfo_t Info = {};
  pid_t Child = startChild(1);
  SHOW(wait(&Status) == Child);
  Child = startChild(2);
  SHOW(waitpid(-1, &Status, 0) == Child);
  Child = startChild(3);
  SHOW(waitpid(0, &Status, __WALL) == Child);
  Child = startChild(4);
  SHOW(wait3(&Status, 0, &Usage) == Child);
  Child = startChild(5);
  SHOW(wait4(Child, &Status, 0, &Usage) == Child && Status == 5 << 8);
  Child = startChild(6);
  SHOW(waitid(P_PID, (id_t)Child, &Info, WEXITED));
  EXPECT(Info.si_pid == Child && Info.si_status == 6 &&
         Info.si_code == CLD_EXITED);
  SHOW(waitpid(-1, &Status, WNOHANG));
  SHOW(waitpid(-getpgrp(), &Status, 0));
}

static void adoptOrphan() {
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  pid_t Child = fork();
  if (Child == 0) {
    if (fork() == 0) {
      // Much later, or the two signals become one.
      sleepUs(20 * STALL_US);
      _exit(77);
    }
    _exit(0);
  }
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  SHOW(wait(&Status) > 0);
  EXPECT(WEXITSTATUS(Status) == 77);
  SHOW(wait(&Status));
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 0));
}

static void handle(int, void *) {
  stall();
  waitEachWay();
}

int main() {
  struct sigaction Action = {};
  Action.sa_sigaction = onChild;
  Action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP;
  sigaction(SIGCHLD, &Action, nullptr);
  EXPECT(runLoop(3, handle, nullptr) == 0);
  say("%d signals of %zu children", Signals, Signalled.size());
  adoptOrphan();
  say("%d signals of %zu children", Signals, Signalled.size());
  // With SIGCHLD ignored children vanish by themselves.
  signal(SIGCHLD, SIG_IGN);
  startChild(8);
  SHOW(wait(nullptr));
  reportSelf("end", 1);
}
