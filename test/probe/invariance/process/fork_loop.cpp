//===- process/fork_loop.cpp - children with loops of their own -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// fork in a handler: the child is a copy of a process in the middle of an
// iteration, and runs a loop itself; the last one forks once more.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static pid_t Parent;

static void inChild(int Round, void *) {
  stall();
  if (Round == 1)
    reportSelf("child", 1);
}

[[noreturn]] static void runChild(int Number) {
  EXPECT(getppid() == Parent);
  EXPECT(runLoop(3, inChild, nullptr) == 0);
  if (Number == 3) {
    Parent = getpid();
    pid_t Grandchild = fork();
    if (Grandchild == 0) {
      EXPECT(getppid() == Parent);
      EXPECT(runLoop(3, inChild, nullptr) == 0);
      _exit(7);
    }
    int Status = 0;
    SHOW(waitpid(Grandchild, &Status, 0) == Grandchild);
    EXPECT(WIFEXITED(Status) && WEXITSTATUS(Status) == 7);
  }
  _exit(40 + Number);
}

static void inParent(int Round, void *) {
  stall();
  pid_t Child = fork();
  if (Child == 0)
    runChild(Round);
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("child %d: status %x", Round, Status);
}

int main() {
  Parent = getpid();
  EXPECT(runLoop(4, inParent, nullptr) == 0);
  reportSelf("parent", 1);
  SHOW(waitpid(-1, nullptr, 0));
}
