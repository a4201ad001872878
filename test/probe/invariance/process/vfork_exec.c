//===- process/vfork_exec.c - vfork, and the memory it shares -----*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Until it execs, a child of vfork runs on its parent's memory and stack: what
// a probe stores there for the child stays for the parent.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static char *Self;

static void inChild(int Round, void *Data) {
  (void)Round, (void)Data;
  stall();
}

static void startChild(char *Program) {
  char *Arguments[] = {Program, (char *)"child", NULL};
  volatile int Failure = 0;
  pid_t Child = vfork();
  if (Child == 0) {
    execve(Program, Arguments, environ);
    Failure = errno;
    _exit(127);
  }
  int Status = 0;
  INSIST(Child > 0);
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("exec: %s, status %x", errorName(Failure), Status);
}

static void blockInChild(void) {
  volatile int Seen = 0;
  pid_t Child = vfork();
  if (Child == 0) {
    struct timespec Asked = {0, 9000000};
    Seen = nanosleep(&Asked, NULL) == 0 ? 1 : -1;
    _exit(5);
  }
  EXPECT(Seen == 1);
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("blocked in the child: status %x", Status);
}

static void inParent(int Round, void *Data) {
  (void)Data;
  stall();
  startChild(Self);
  startChild((char *)"/nonexistent/program");
  blockInChild();
  spinUs(STALL_US);
  if (Round == 2)
    reportSelf("after vfork", 1);
}

int main(int Count, char **Arguments) {
  Self = Arguments[0];
  if (Count > 1) {
    reportSelf("child", 1);
    EXPECT(runLoop(2, inChild, NULL) == 0);
    return 3;
  }
  EXPECT(runLoop(3, inParent, NULL) == 0);
  return 0;
}
