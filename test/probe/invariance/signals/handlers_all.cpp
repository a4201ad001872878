//===- signals/handlers_all.cpp - handlers for every signal -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handlers for all signals, before the loop and again, with other flags, in it;
// the queries must tell what was set, and the handlers run exactly as often as
// the program sends, with what it sends: also for the signal a probe may use.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static volatile sig_atomic_t Count[65], Value[65], Code[65], Wrong;
static char Alternate[65536];
static bool OnAlternate;

static void onSignal(int Number) { Count[Number] = Count[Number] + 1; }

static void onSignalInfo(int Number, siginfo_t *Info, void *Context) {
  int Saved = errno;
  char Here;
  sigset_t Blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &Blocked);
  bool Inside = &Here >= Alternate && &Here < Alternate + sizeof Alternate;
  if (Inside != OnAlternate || !Context || Info->si_signo != Number ||
      sigismember(&Blocked, Number) != 0 ||
      sigismember(&Blocked, SIGUSR1) != (Number != SIGUSR1))
    Wrong = Wrong + 1;
  onSignal(Number);
  Value[Number] = Info->si_value.sival_int;
  Code[Number] = Info->si_code;
  errno = Saved;
}

static void installAll(int Flags) {
  for (int Number = 1; Number <= 64; ++Number) {
    struct sigaction Action = {}, Old = {}, Now = {};
    if (Flags & SA_SIGINFO) {
      Action.sa_sigaction = onSignalInfo;
      if (Number != SIGUSR1)
        sigaddset(&Action.sa_mask, SIGUSR1);
    } else {
      Action.sa_handler = onSignal;
    }
    Action.sa_flags = Flags;
    errno = UNTOUCHED;
    int Result = sigaction(Number, &Action, &Old);
    if (Result != 0 || errno != UNTOUCHED) {
      say("sigaction %d = %d %s", Number, Result, errorName(errno));
      continue;
    }
    INSIST(sigaction(Number, nullptr, &Now) == 0);
    INSIST(Now.sa_sigaction == Action.sa_sigaction);
    // glibc lets the kernel's SA_RESTORER show.
    INSIST((Now.sa_flags & ~0x4000000) == Flags);
    INSIST(maskBits(&Now.sa_mask) == maskBits(&Action.sa_mask));
    if (Number % 8 == 0)
      say("signal %d was %s flags %x", Number,
          Old.sa_handler == SIG_DFL          ? "default"
          : Old.sa_handler == onSignal       ? "onSignal"
          : Old.sa_sigaction == onSignalInfo ? "onSignalInfo"
                                             : "another's",
          (unsigned)Old.sa_flags);
  }
}

static void sendAll() {
  for (int Number = 1; Number <= 64; ++Number) {
    if (Number == SIGKILL || Number == SIGSTOP || Number == 32 || Number == 33)
      continue;
    INSIST(sigqueue(getpid(), Number, {.sival_int = 500 + Number}) == 0);
    INSIST(raise(Number) == 0);
    errno = UNTOUCHED;
    spinUs(Number % 8 == 0 ? STALL_US : 50);
    INSIST(errno == UNTOUCHED);
  }
}

static void handle(int Round, void *) {
  spinUs(STALL_US);
  if (Round == 2) {
    stack_t Stack = {Alternate, 0, sizeof Alternate};
    INSIST(sigaltstack(&Stack, nullptr) == 0);
    OnAlternate = true;
    installAll(SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART);
  }
  sendAll();
  sleepUs(STALL_US);
}

/// The older ways to install a handler tell the one before, too.
static void handleOld(int Round, void *) {
  spinUs(STALL_US);
  for (int Number = SIGRTMIN; Number <= SIGRTMAX; ++Number) {
    INSIST(signal(Number, SIG_IGN) == (Round ? SIG_DFL : onSignal));
    INSIST(signal(Number, SIG_DFL) == SIG_IGN);
  }
}

int main() {
  installAll(0);
  EXPECT(runLoop(4, handle, nullptr) == 0);
  for (int Number = 1; Number <= 64; ++Number)
    say("signal %d: %d times, code %d, value %d", Number, Count[Number],
        Code[Number], Code[Number] == SI_QUEUE ? Value[Number] : -1);
  EXPECT(Wrong == 0);
  reportSelf("all handled", 1);
  installAll(SA_RESTART);
  EXPECT(runLoop(2, handleOld, nullptr) == 0);
  reportSelf("end", 1);
}
