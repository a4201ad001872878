//===- process/namespaces.cpp - a loop in other namespaces ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a new pid namespace the program is process 1 and its threads have other
// ids than those a probe outside sees; in a new network, mount, IPC and UTS
// namespace there is nothing a probe could talk to.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/syscall.h>
#include <thread>

static void handle(int Round, void *) {
  stall();
  if (Round == 2)
    reportSelf("first process", 1);
}

[[noreturn]] static void runFirst() {
  say("pid %d, thread %d, parent %d", getpid(), gettid(), getppid());
  EXPECT(runLoop(4, handle, nullptr) == 0);
  std::thread([] {
    say("second thread %d", gettid());
    EXPECT(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
  }).join();
  _exit(6);
}

int main() {
  int Flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC |
              CLONE_NEWUTS | (getuid() ? CLONE_NEWUSER : 0);
  if (unshare(Flags) != 0) {
    say("SKIP new namespaces: %s", errorName(errno));
    return 77;
  }
  pid_t Child = fork();
  if (Child == 0)
    runFirst();
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("status %x", Status);
  EXPECT(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
}
