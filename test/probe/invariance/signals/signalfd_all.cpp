//===- signals/signalfd_all.cpp - every signal by signalfd ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All signals are blocked and read from a descriptor in the loop, among long
// computations: what a probe sends would be read, and is one too many.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/signalfd.h>

static int Signals;
static int Received;

static void readOne(int Wanted, int Value) {
  struct signalfd_siginfo Info;
  INSIST(read(Signals, &Info, sizeof Info) == sizeof Info);
  ++Received;
  say("signal %u code %d value %d from %s", Info.ssi_signo, Info.ssi_code,
      Info.ssi_int, (pid_t)Info.ssi_pid == getpid() ? "itself" : "elsewhere");
  INSIST((int)Info.ssi_signo == Wanted && Info.ssi_int == Value);
}

static bool canBeSent(int Number) {
  return Number != SIGKILL && Number != SIGSTOP && Number != 32 && Number != 33;
}

static void handle(int Round, void *) {
  int Number = Round + 1;
  spinUs(Round % 4 == 0 ? STALL_US : 200);
  if (canBeSent(Number)) {
    INSIST(sigqueue(getpid(), Number, {.sival_int = 1000 + Number}) == 0);
    spinUs(Round % 4 == 2 ? STALL_US : 200);
    readOne(Number, 1000 + Number);
  }
  char Rest[sizeof(struct signalfd_siginfo)];
  INSIST(read(Signals, Rest, sizeof Rest) == -1 && errno == EAGAIN);
}

static void waitInEpoll(int Epoll) {
  struct epoll_event Ready;
  spinUs(2 * STALL_US);
  EXPECT(epoll_wait(Epoll, &Ready, 1, 20) == 0);
  for (int Order = 3; Order > 0; --Order)
    for (int Number = SIGRTMIN; Number <= SIGRTMAX; ++Number)
      INSIST(sigqueue(getpid(), Number, {.sival_int = Order}) == 0);
  spinUs(2 * STALL_US);
  for (int Number = SIGRTMIN; Number <= SIGRTMAX; ++Number)
    for (int Order = 3; Order > 0; --Order) {
      INSIST(epoll_wait(Epoll, &Ready, 1, 0) == 1);
      readOne(Number, Order);
    }
  EXPECT(epoll_wait(Epoll, &Ready, 1, 20) == 0);
}

int main() {
  sigset_t All, Blocked;
  sigfillset(&All);
  INSIST(sigprocmask(SIG_SETMASK, &All, nullptr) == 0);
  INSIST(sigprocmask(SIG_SETMASK, nullptr, &Blocked) == 0);
  say("blocked %llx", (unsigned long long)maskBits(&Blocked));
  Signals = signalfd(-1, &All, SFD_NONBLOCK | SFD_CLOEXEC);
  EXPECT(runLoop(64, handle, nullptr) == 0);
  int Epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event Readable = {EPOLLIN, {}};
  INSIST(epoll_ctl(Epoll, EPOLL_CTL_ADD, Signals, &Readable) == 0);
  waitInEpoll(Epoll);
  close(Epoll);
  say("received %d", Received);
  reportSelf("end", 1);
}
