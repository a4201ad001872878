//===- process/traced.cpp - what a debugger of the program sees -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parent traces a child with a loop, as a debugger does. Each signal stops
// the child for the tracer before it is delivered: a signal that a probe sends
// shows here, wherever else it may be hidden.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/ptrace.h>

static int Handled;

static void handle(int Round, void *) {
  stall();
  if (Round % 5 == 2)
    raise(SIGUSR1);
}

[[noreturn]] static void runTraced() {
  signal(SIGUSR1, [](int) { ++Handled; });
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  raise(SIGSTOP);
  EXPECT(runLoop(20, handle, nullptr) == 0);
  say("handled %d", Handled);
  _exit(19);
}

int main() {
  pid_t Child = fork();
  if (Child == 0)
    runTraced();
  int Status = 0, Stops = 0;
  while (waitpid(Child, &Status, 0) == Child && WIFSTOPPED(Status)) {
    int Number = WSTOPSIG(Status);
    say("stop %d: signal %d event %d", Stops++, Number, Status >> 16);
    ptrace(PTRACE_CONT, Child, nullptr, Number == SIGSTOP ? 0 : Number);
  }
  say("status %x", Status);
}
