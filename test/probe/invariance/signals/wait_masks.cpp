//===- wait_masks.cpp - waits that change the signal mask -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ppoll, pselect, epoll_pwait and epoll_pwait2 with a mask: a signal that is
// otherwise blocked is delivered in the call and nowhere else, and the mask is
// back afterwards. These calls are also the wait of a loop.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <sys/select.h>

static volatile sig_atomic_t Handled;
static bool InWait;
static int Outside;
static sigset_t None;
static int Epoll;

static int waitBy(int Kind, int Ms) {
  struct timespec Asked = fromNs(Ms * INT64_C(1000000));
  struct epoll_event Ready;
  switch (Kind) {
  case 0:
    return ppoll(nullptr, 0, &Asked, &None);
  case 1:
    return pselect(0, nullptr, nullptr, nullptr, &Asked, &None);
  case 2:
    return epoll_pwait(Epoll, &Ready, 1, Ms, &None);
  case 3:
    return epoll_pwait2(Epoll, &Ready, 1, &Asked, &None);
  default:
    return sigsuspend(&None);
  }
}

static void turn(int Kind) {
  sigset_t Blocked;
  spinUs(STALL_US);
  raise(SIGUSR1); // Waits for the mask of the call.
  sleepUs(STALL_US);
  INSIST(Handled == 0);
  InWait = true;
  errno = UNTOUCHED;
  int Result = waitBy(Kind, 5000);
  int Error = errno;
  InWait = false;
  say("wait %d = %d errno %s handled %d", Kind, Result, errorName(Error),
      Handled);
  sigprocmask(SIG_SETMASK, nullptr, &Blocked);
  INSIST(sigismember(&Blocked, SIGUSR1) == 1);
  Handled = 0;
  if (Kind < 4)
    INSIST(waitBy(Kind, 10) == 0);
}

int main() {
  sigset_t Usr1;
  struct sigaction Action = {};
  Action.sa_handler = [](int) {
    Handled = Handled + 1;
    Outside += !InWait;
  };
  sigaction(SIGUSR1, &Action, nullptr);
  sigemptyset(&None);
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  sigprocmask(SIG_BLOCK, &Usr1, nullptr);
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int Round = 0; Round < 6; ++Round)
    for (int Kind = 0; Kind < 5; ++Kind)
      turn(Kind);
  EXPECT(Outside == 0);
  reportSelf("end", 1);
}
