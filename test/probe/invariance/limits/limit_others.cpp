//===- limit_others.cpp - files, signals and memory locked away -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No byte may be written to a file (SIGXFSZ kills), no signal be queued, no
// page be locked; the process is not dumpable, which closes its memory to the
// same user, and of the lowest priority. Not one of these stops a loop.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/mman.h>

static void limitTo(__rlimit_resource_t Resource, rlim_t Number) {
  struct rlimit Limit;
  getrlimit(Resource, &Limit);
  Limit.rlim_cur = Number;
  INSIST(setrlimit(Resource, &Limit) == 0);
}

static void limitFiles() {
  limitTo(RLIMIT_FSIZE, 0);
  limitTo(RLIMIT_CORE, 0);
  stall();
  int File = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(File, 0));
  signal(SIGXFSZ, SIG_IGN);
  SHOW(write(File, "x", 1));
  signal(SIGXFSZ, SIG_DFL);
  close(File);
}

static void limitSignals() {
  limitTo(RLIMIT_SIGPENDING, 0);
  limitTo(RLIMIT_MSGQUEUE, 0);
  signal(SIGRTMIN + 2, SIG_IGN);
  sigset_t Some;
  sigemptyset(&Some);
  sigaddset(&Some, SIGRTMIN + 3);
  sigprocmask(SIG_BLOCK, &Some, nullptr);
  SHOW(sigqueue(getpid(), SIGRTMIN + 3, {.sival_int = 1}));
  timer_t Timer;
  struct sigevent Event = {};
  Event.sigev_notify = SIGEV_SIGNAL;
  Event.sigev_signo = SIGRTMIN + 2;
  SHOW(timer_create(CLOCK_MONOTONIC, &Event, &Timer));
  sigprocmask(SIG_UNBLOCK, &Some, nullptr);
}

static void lockMemory() {
  limitTo(RLIMIT_MEMLOCK, 0);
  char *Page = (char *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  SHOW(mlock(Page, 4096));
  if (geteuid() == 0)
    SHOW(mlockall(MCL_CURRENT | MCL_FUTURE));
}

static void hide() {
  struct sched_param None = {0};
  SHOW(prctl(PR_SET_DUMPABLE, 0));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  SHOW(prctl(PR_SET_NAME, "hidden"));
  SHOW(prctl(PR_SET_TIMERSLACK, 1));
  SHOW(setpriority(PRIO_PROCESS, 0, 19));
  SHOW(sched_setscheduler(0, SCHED_BATCH, &None));
}

static void handle(int Round, void *) {
  static void (*const Steps[])() = {limitFiles, limitSignals, lockMemory, hide};
  stall();
  if (Round % 2 == 0)
    Steps[Round / 2]();
}

int main() {
  EXPECT(runLoop(8, handle, nullptr) == 0);
  EXPECT(runLoop(8, [](int, void *) { stall(); }, nullptr) == 0);
  reportLimits();
  reportProcess();
  reportSignals();
}
