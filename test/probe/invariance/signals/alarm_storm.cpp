//===- signals/alarm_storm.cpp - a thousand signals a second ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SIGALRM without SA_RESTART, by setitimer or by a timer of timer_create for
// this thread. How often a call was interrupted differs from run to run; what
// it did in the end may not: no byte lost, no sleep short, no signal missing.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <sys/select.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile sig_atomic_t Ticks;
static long Interrupted;

static void sleepFully(int64_t Us) {
  struct timespec Left = fromNs(Us * 1000);
  int64_t Start = nowNs(CLOCK_MONOTONIC);
  while (nanosleep(&Left, &Left) != 0) {
    INSIST(errno == EINTR);
    ++Interrupted;
  }
  INSIST(nowNs(CLOCK_MONOTONIC) - Start >= Us * 1000);
}

template <typename WaitType> static void waitFully(int64_t Us, WaitType Wait) {
  int64_t End = nowNs(CLOCK_MONOTONIC) + Us * 1000;
  for (int64_t Left; (Left = End - nowNs(CLOCK_MONOTONIC)) > 0;) {
    int Result = Wait(Left);
    INSIST(Result == 0 || (Result == -1 && errno == EINTR));
    Interrupted += Result == -1;
    INSIST(Result != 0 || nowNs(CLOCK_MONOTONIC) >= End);
  }
}

static void readSlowWriter() {
  int Ends[2];
  INSIST(pipe(Ends) == 0);
  pid_t Child = fork(); // Timers are not inherited.
  if (Child == 0) {
    close(Ends[0]);
    for (char Byte = 0; Byte < 60; ++Byte) {
      spinUs(200);
      sleepUs(800);
      INSIST(write(Ends[1], &Byte, 1) == 1);
    }
    _exit(0);
  }
  close(Ends[1]);
  char Wanted = 0, Byte;
  for (ssize_t Length; (Length = read(Ends[0], &Byte, 1)) != 0;) {
    INSIST(Length == 1 || errno == EINTR);
    Interrupted += Length < 0;
    if (Length == 1)
      INSIST(Byte == Wanted++);
  }
  INSIST(Wanted == 60);
  close(Ends[0]);
  int Status = -1;
  while (waitpid(Child, &Status, 0) < 0 && errno == EINTR)
    ++Interrupted;
  INSIST(Status == 0);
}

static void handle(int, void *) {
  sleepFully(9000);
  spinUs(STALL_US);
  waitFully(9000, [](int64_t Left) {
    return poll(nullptr, 0, (int)((Left + 999999) / 1000000));
  });
  waitFully(9000, [](int64_t Left) {
    struct timespec Asked = fromNs(Left);
    return ppoll(nullptr, 0, &Asked, nullptr);
  });
  waitFully(9000, [](int64_t Left) {
    struct timeval Asked = {0, (Left + 999) / 1000};
    return select(0, nullptr, nullptr, nullptr, &Asked);
  });
  spinUs(200);
  sleepFully(2000);
  readSlowWriter();
}

static timer_t Timer;

static void start(bool ByTimerCreate) {
  struct sigaction Action = {};
  Action.sa_handler = [](int) { Ticks = Ticks + 1; };
  sigaction(SIGALRM, &Action, nullptr);
  struct itimerval Every = {{0, 1000}, {0, 1000}};
  struct itimerspec EverySpec = {{0, 1000000}, {0, 1000000}};
  if (!ByTimerCreate) {
    setitimer(ITIMER_REAL, &Every, nullptr);
    return;
  }
  struct sigevent Event = {};
  Event.sigev_notify = SIGEV_THREAD_ID;
  Event.sigev_signo = SIGALRM;
  Event.sigev_notify_thread_id = gettid();
  INSIST(timer_create(CLOCK_MONOTONIC, &Event, &Timer) == 0);
  INSIST(timer_settime(Timer, 0, &EverySpec, nullptr) == 0);
}

int main(int, char **Arguments) {
  bool ByTimerCreate = strcmp(Arguments[1], "timer_create") == 0;
  start(ByTimerCreate);
  Interrupted += runLoop(12, handle, nullptr);
  struct itimerval Off = {};
  if (ByTimerCreate)
    timer_delete(Timer);
  else
    setitimer(ITIMER_REAL, &Off, nullptr);
  EXPECT(Interrupted > 100);
  EXPECT(Ticks > 500);
  reportSelf("end", 1);
}
