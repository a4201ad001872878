//===- signals/timers.cpp - a program with timers of its own ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The three interval timers, a profiler by SIGPROF, and timer_create in its
// ways to notify: each goes on as it was set, and the ids the program gets are
// those it would get alone.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>

static volatile sig_atomic_t Profiled, Virtual, Real;
static std::atomic<int> InThread;

static void startInterval(__itimer_which_t Which, int Number,
                          void (*Handler)(int)) {
  struct sigaction Action = {};
  Action.sa_handler = Handler;
  Action.sa_flags = SA_RESTART;
  sigaction(Number, &Action, nullptr);
  struct itimerval Every = {{0, 5000}, {0, 5000}}, Old;
  INSIST(setitimer(Which, &Every, &Old) == 0 && !timerisset(&Old.it_value));
}

static void stopInterval(__itimer_which_t Which) {
  struct itimerval Off = {}, Old;
  INSIST(setitimer(Which, &Off, &Old) == 0);
  say("timer %d: every %ld us, %s", Which, (long)Old.it_interval.tv_usec,
      timerisset(&Old.it_value) ? "running" : "stopped");
}

/// Ids are given in order, system calls show them: none is the probe's.
static void createTimers() {
  struct sigevent Event = {};
  timer_t Timers[3];
  struct itimerspec Every = {{0, 3000000}, {0, 3000000}}, Now;
  Event.sigev_notify = SIGEV_NONE;
  for (timer_t &Timer : Timers)
    INSIST(timer_create(CLOCK_MONOTONIC, &Event, &Timer) == 0);
  say("ids %ld %ld %ld", (long)(intptr_t)Timers[0], (long)(intptr_t)Timers[1],
      (long)(intptr_t)Timers[2]);
  INSIST(timer_settime(Timers[0], 0, &Every, nullptr) == 0);
  stall();
  INSIST(timer_gettime(Timers[0], &Now) == 0);
  EXPECT(Now.it_interval.tv_nsec == 3000000 && Now.it_value.tv_nsec > 0);
  for (timer_t Timer : Timers)
    INSIST(timer_delete(Timer) == 0);
  Event.sigev_notify = SIGEV_THREAD;
  Event.sigev_notify_function = [](union sigval Value) {
    InThread += Value.sival_int;
  };
  Event.sigev_value.sival_int = 2;
  INSIST(timer_create(CLOCK_MONOTONIC, &Event, &Timers[0]) == 0);
  Every.it_interval.tv_nsec = 0;
  INSIST(timer_settime(Timers[0], 0, &Every, nullptr) == 0);
  for (int Try = 0; Try < 500 && InThread == 0; ++Try)
    usleep(5000);
  EXPECT(InThread == 2);
  INSIST(timer_delete(Timers[0]) == 0);
}

static void handle(int, void *) {
  spinUs(STALL_US);
  struct timespec Left = {0, 9000000};
  while (nanosleep(&Left, &Left) != 0)
    INSIST(errno == EINTR);
}

int main() {
  startInterval(ITIMER_PROF, SIGPROF, [](int) { Profiled = Profiled + 1; });
  startInterval(ITIMER_VIRTUAL, SIGVTALRM, [](int) { Virtual = Virtual + 1; });
  startInterval(ITIMER_REAL, SIGALRM, [](int) { Real = Real + 1; });
  // Its epoll waits are interrupted, which it allows for.
  runLoop(25, handle, nullptr);
  stopInterval(ITIMER_PROF);
  stopInterval(ITIMER_VIRTUAL);
  stopInterval(ITIMER_REAL);
  EXPECT(Profiled > 5);
  EXPECT(Virtual > 5);
  EXPECT(Real > 20);
  createTimers();
  // libc keeps its thread for SIGEV_THREAD.
  reportSelf("end", 2);
}
