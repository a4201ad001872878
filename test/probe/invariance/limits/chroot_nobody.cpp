//===- limits/chroot_nobody.cpp - locked in, and nobody ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Servers give up root and lock themselves into an empty directory while their
// loops and threads run. Without /proc, files and rights a probe can only do
// what it prepared before. The change of user interrupts every thread, by a
// signal of libc's own.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <grp.h>
#include <thread>
#include <vector>

static std::atomic<bool> Stop;
static std::atomic<int> Turns;

static void work() {
  Loop L = openLoop();
  while (!Stop) {
    turnLoop(&L);
    spinUs(STALL_US);
    // The signal for setuid ends a sleep, as it does without a probe.
    struct timespec Left = fromNs(STALL_US * 1000);
    while (nanosleep(&Left, &Left) != 0)
      INSIST(errno == EINTR);
    ++Turns;
  }
  closeLoop(&L);
}

static void handle(int Round, void *) {
  stall();
  if (Round == 1) {
    INSIST(mkdir("empty", 0755) == 0);
    SHOW(chdir("empty"));
    SHOW(chroot("."));
    SHOW(chdir("/"));
  }
  if (Round == 3) {
    SHOW(setgroups(0, nullptr));
    SHOW(setresgid(65534, 65534, 65534));
    SHOW(setresuid(65534, 65534, 65534));
    SHOW(setuid(0));
  }
  if (Round > 3) {
    SHOW(open("file", O_WRONLY | O_CREAT, 0600));
    SHOW(open("/proc/self/status", O_RDONLY));
  }
}

int main() {
  if (geteuid() != 0) {
    say("SKIP chroot needs root");
    return 77;
  }
  std::vector<std::thread> Workers;
  for (int Number = 0; Number < 3; ++Number)
    Workers.emplace_back(work);
  EXPECT(runLoop(7, handle, nullptr) == 0);
  int Before = Turns;
  sleepUs(100000);
  EXPECT(Turns > Before);
  std::thread([] {
    EXPECT(runLoop(2, [](int, void *) { stall(); }, nullptr) == 0);
  }).join();
  Stop = true;
  for (std::thread &Worker : Workers)
    Worker.join();
  pid_t Child = fork();
  if (Child == 0) {
    EXPECT(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
    _exit(8);
  }
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("status %x", Status);
  reportSelf("end", 1);
}
