//===- exec_in_place.cpp - a program that replaces itself -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exec from within an iteration: the same pid has a new image, whose loop is
// another one. The third generation is started by a thread, which then becomes
// the main thread. An exec that fails must leave the old image as it was.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <string>
#include <thread>

static char **Given;
static int Generation;

[[noreturn]] static void execNext() {
  std::string Next = std::to_string(Generation + 1);
  std::string Pid = std::to_string(getpid());
  execl(Given[0], Given[0], Next.c_str(), Pid.c_str(), nullptr);
  say("BAD exec failed: %s", errorName(errno));
  _exit(1);
}

static void handle(int Round, void *) {
  stall();
  if (Round == 0) {
    reportSelf("generation", 1);
    SHOW(execl("/nonexistent", "x", nullptr));
    SHOW(execl("/dev/null", "x", nullptr));
    SHOW(execvp("no-such-program", Given));
    reportSelf("after failures", 1);
  }
  if (Round < 2 || Generation == 3)
    return;
  if (Generation == 1) {
    std::thread Replacer(execNext);
    Replacer.join();
  }
  execNext();
}

int main(int Count, char **Arguments) {
  Given = Arguments;
  Generation = Count > 1 ? atoi(Arguments[1]) : 0;
  if (Count > 2)
    EXPECT(atoi(Arguments[2]) == getpid());
  // One that stays over exec, and must stay the only one.
  if (Generation == 0)
    EXPECT(dup2(0, 100) == 100);
  say("generation %d", Generation);
  EXPECT(runLoop(4, handle, nullptr) == 0);
}
