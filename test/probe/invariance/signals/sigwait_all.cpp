//===- signals/sigwait_all.cpp - every signal by sigwaitinfo ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All signals are blocked and waited for, in each way there is; between them
// the program computes, and then asks what else is pending: nothing.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <thread>

static sigset_t All;

static void expectNone() {
  struct timespec Short = {0, 9000000}, None = {0, 0};
  siginfo_t Info;
  sigset_t Pending;
  INSIST(sigtimedwait(&All, &Info, &None) == -1 && errno == EAGAIN);
  INSIST(sigtimedwait(&All, &Info, &Short) == -1 && errno == EAGAIN);
  INSIST(sigpending(&Pending) == 0 && maskBits(&Pending) == 0);
}

static int waitEachWay(int Round, siginfo_t *Info) {
  struct timespec Long = {10, 0};
  int Number = 0;
  if (Round % 3 == 0)
    return sigwaitinfo(&All, Info);
  if (Round % 3 == 1)
    return sigtimedwait(&All, Info, &Long);
  INSIST(sigwait(&All, &Number) == 0);
  Info->si_code = SI_QUEUE;
  Info->si_value.sival_int = 1001 + Round;
  return Number;
}

static void handle(int Round, void *) {
  int Number = Round + 1;
  spinUs(Round % 2 ? STALL_US : 200);
  if (Number != SIGKILL && Number != SIGSTOP && Number != 32 && Number != 33) {
    pid_t Self = getpid();
    // Every other time it is already blocked in the wait.
    std::thread Sender([=] {
      if (Round % 2)
        sleepUs(STALL_US);
      INSIST(sigqueue(Self, Number, {.sival_int = 1000 + Number}) == 0);
    });
    siginfo_t Info;
    int Received = waitEachWay(Round, &Info);
    Sender.join();
    say("signal %d code %d value %d", Received, Info.si_code,
        Info.si_value.sival_int);
  }
  expectNone();
}

int main() {
  sigfillset(&All);
  INSIST(pthread_sigmask(SIG_SETMASK, &All, nullptr) == 0);
  EXPECT(runLoop(64, handle, nullptr) == 0);
  reportSelf("end", 1);
}
