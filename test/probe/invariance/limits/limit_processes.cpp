//===- limit_processes.cpp - no more processes and threads ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RLIMIT_NPROC counts the processes and threads of a user: for a user who has
// only this one, a thread or helper that a probe starts in it is one too many.
// Root is not limited, so it becomes a user that has no other process.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <pthread.h>

static const uid_t Unused = 54321;
static std::atomic<bool> Stop;

static void *wait(void *) {
  while (!Stop)
    sleepUs(2000);
  return nullptr;
}

static void startThreads(const char *When) {
  pthread_t Threads[4];
  int Started = 0, Code = 0;
  Stop = false;
  while (Started < 4 && (Code = pthread_create(&Threads[Started], nullptr, wait,
                                               nullptr)) == 0)
    ++Started;
  say("%s: started %d, then %s", When, Started, errorName(Code));
  stall();
  Stop = true;
  for (int Number = 0; Number < Started; ++Number)
    pthread_join(Threads[Number], nullptr);
  INSIST(settledThreads(1) == 1);
}

static void startChild(const char *When) {
  pid_t Child = fork();
  int Error = errno, Status = 0;
  if (Child == 0) {
    stall();
    _exit(0);
  }
  say("%s: fork %s", When, Child > 0 ? "succeeded" : errorName(Error));
  if (Child > 0)
    INSIST(waitpid(Child, &Status, 0) == Child);
}

static void limitTo(rlim_t Number) {
  struct rlimit Limit;
  getrlimit(RLIMIT_NPROC, &Limit);
  Limit.rlim_cur = Number;
  INSIST(setrlimit(RLIMIT_NPROC, &Limit) == 0);
}

static void handle(int Round, void *) {
  stall();
  switch (Round) {
  case 1:
    limitTo(1);
    startThreads("limit 1");
    startChild("limit 1");
    break;
  case 2:
    // An ordinary user has others that count.
    limitTo(getuid() == Unused ? 3 : 1);
    startThreads("limit 3");
    startChild("limit 3");
    break;
  }
}

int main() {
  if (getuid() == 0)
    INSIST(setresgid(Unused, Unused, Unused) == 0 &&
           setresuid(Unused, Unused, Unused) == 0);
  EXPECT(runLoop(4, handle, nullptr) == 0);
  // Not reportSelf: without rights /proc/self/fd belongs to root.
  say("threads %d", countThreads());
  reportSignals();
  reportChildren();
}
