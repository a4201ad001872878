//===- interrupted.cpp - calls that one signal interrupts -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Another thread waits until this one is blocked for sure, and sends one
// signal. With the handler installed without SA_RESTART ("plain") the call must
// end with EINTR, or with the part it has done, and tell the right remaining
// time; with it ("restart") only those end that the kernel never restarts.
//
//===----------------------------------------------------------------------===//

#include "calls_io.h"
#include "loop.h"

#include <atomic>
#include <thread>

static pthread_t Main;
static volatile sig_atomic_t Handled;
static std::atomic<bool> InCall, Done;
static std::atomic<const BlockingCall *> Current;
static bool Released;
static sem_t Go, Finished;

static void interruptOnce() {
  sem_wait(&Go);
  while (!Done) {
    usleep(30000);
    while (!isBlocked(getpid()))
      usleep(5000);
    pthread_kill(Main, SIGUSR1);
    for (int Try = 0; Try < 40 && InCall; ++Try)
      usleep(5000);
    Released = InCall && Current.load()->Release;
    if (Released)
      Current.load()->Release();
    while (InCall)
      usleep(2000);
    sem_post(&Finished);
    sem_wait(&Go);
  }
}

static void checkLeft(int64_t Elapsed) {
  if (Of.Left < 0)
    return;
  say("remaining time: %s", Of.Left == 0         ? "none"
                            : Of.Left >= AskedNs ? "all or more"
                                                 : "some");
  // Elapsed also has the time to be scheduled in again.
  EXPECT(Elapsed + Of.Left >= AskedNs - 1000000 &&
         Elapsed + Of.Left < AskedNs + 300000000);
}

static void handle(int, void *Data) {
  const BlockingCall &Call = *(const BlockingCall *)Data;
  Call.Prepare();
  Handled = 0;
  Released = false;
  Current = &Call;
  spinUs(STALL_US);
  InCall = true;
  sem_post(&Go);
  int64_t Start = nowNs(CLOCK_MONOTONIC);
  errno = UNTOUCHED;
  long Result = Call.Block();
  int Error = errno;
  int64_t Elapsed = nowNs(CLOCK_MONOTONIC) - Start;
  InCall = false;
  while (sem_wait(&Finished) != 0)
    ;
  say("%s = %ld errno %s, handled %d%s", Call.Name, Result, errorName(Error),
      Handled, Released ? ", released" : "");
  checkLeft(Elapsed);
  closeCall();
}

int main(int, char **Arguments) {
  struct sigaction Action = {};
  Action.sa_handler = [](int) { Handled = Handled + 1; };
  Action.sa_flags = strcmp(Arguments[1], "restart") == 0 ? SA_RESTART : 0;
  sigaction(SIGUSR1, &Action, nullptr);
  Main = pthread_self();
  sem_init(&Go, 0, 0);
  sem_init(&Finished, 0, 0);
  std::thread Helper(interruptOnce);
  int Interrupted = 0;
  for (const BlockingCall &Call : TimedCalls)
    Interrupted += runLoop(1, handle, (void *)&Call);
  for (const BlockingCall &Call : UntimedCalls)
    Interrupted += runLoop(1, handle, (void *)&Call);
  EXPECT(Interrupted == 0);
  Done = true;
  sem_post(&Go);
  Helper.join();
  reportSelf("end", 1);
}
