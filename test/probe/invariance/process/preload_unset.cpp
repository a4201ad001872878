//===- process/preload_unset.cpp - children without LD_PRELOAD --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may clean the environment of its children, in four ways. They then
// run without the probe, and the loop in them must work all the same.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <string>

static char *Self;

static void inChild(int, void *) { stall(); }

static void finish(pid_t Child) {
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  EXPECT(WIFEXITED(Status) && WEXITSTATUS(Status) == 12);
}

static void handle(int Round, void *) {
  stall();
  char *Arguments[] = {Self, (char *)"child", nullptr};
  char *Nothing[] = {nullptr};
  pid_t Child = fork();
  if (Child == 0) {
    switch (Round) {
    case 0:
      unsetenv("LD_PRELOAD");
      break;
    case 1:
      clearenv();
      break;
    case 2:
      execve(Self, Arguments, Nothing);
      break;
    case 3:
      // An empty one names nothing to load, but is there.
      setenv("LD_PRELOAD", "", 1);
      break;
    }
    execv(Self, Arguments);
    _exit(1);
  }
  finish(Child);
  // The parent's own must still be what it was.
  EXPECT(getenv("PATH") != nullptr);
}

int main(int Count, char **Arguments) {
  Self = Arguments[0];
  if (Count > 1) {
    const char *Preload = getenv("LD_PRELOAD");
    say("child: LD_PRELOAD %s", Preload ? Preload : "unset");
    EXPECT(runLoop(3, inChild, nullptr) == 0);
    return 12;
  }
  EXPECT(runLoop(4, handle, nullptr) == 0);
  reportSelf("parent", 1);
}
