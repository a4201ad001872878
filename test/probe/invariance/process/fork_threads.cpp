//===- fork_threads.cpp - fork with other threads at work -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The child has only the thread that forked; what the others held at that
// moment, a probe's locks too, stays held for ever. 60 forks while three
// threads run loops, allocate and block.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

static std::atomic<bool> Stop;
static int Prepared, InParent, InChild;

static void work() {
  Loop L = openLoop();
  while (!Stop) {
    turnLoop(&L);
    std::vector<std::string> Texts(50, std::string(100, 'x'));
    spinUs(300);
    sleepUs(300);
  }
  INSIST(L.Interrupted == 0);
  closeLoop(&L);
}

[[noreturn]] static void runChild() {
  std::vector<std::string> Texts(50, std::string(100, 'x'));
  INSIST(countThreads() == 1);
  INSIST(runLoop(2, [](int, void *) { stall(); }, nullptr) == 0);
  std::thread([] { sleepUs(1000); }).join();
  INSIST(Prepared == InChild + InParent);
  _exit(InChild == 1 ? 50 : 51);
}

static void handle(int Round, void *) {
  spinUs(Round % 2 ? STALL_US : 200);
  pid_t Child = fork();
  if (Child == 0)
    runChild();
  int Status = 0;
  INSIST(waitpid(Child, &Status, 0) == Child);
  INSIST(WIFEXITED(Status) && WEXITSTATUS(Status) == 50);
}

int main() {
  pthread_atfork([] { ++Prepared; }, [] { ++InParent; }, [] { ++InChild; });
  std::vector<std::thread> Workers;
  for (int Number = 0; Number < 3; ++Number)
    Workers.emplace_back(work);
  EXPECT(runLoop(60, handle, nullptr) == 0);
  Stop = true;
  for (std::thread &Worker : Workers)
    Worker.join();
  say("atfork: %d %d %d", Prepared, InParent, InChild);
  reportSelf("end", 1);
}
