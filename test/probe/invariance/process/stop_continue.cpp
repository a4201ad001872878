//===- process/stop_continue.cpp - stopped and continued --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stopped process is not a stalled one. The waits that a stop interrupts go
// on (nanosleep, poll) or end with EINTR (epoll_wait, semop): the kernel's
// rule, which a probe that restarts calls must not change.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <sys/sem.h>

static const int WaitMs = 400;

static void sleepLong() {
  struct timespec Asked = {0, WaitMs * 1000000};
  SHOW(nanosleep(&Asked, nullptr));
}

static void pollLong() { SHOW(poll(nullptr, 0, WaitMs)); }

static void epollLong() {
  struct epoll_event Ready;
  int Epoll = epoll_create1(0);
  SHOW(epoll_wait(Epoll, &Ready, 1, WaitMs));
  close(Epoll);
}

static void selectLong() {
  struct timeval Asked = {0, WaitMs * 1000};
  SHOW(select(0, nullptr, nullptr, nullptr, &Asked));
}

static void semopLong() {
  int Set = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf Down = {0, -1, 0};
  struct timespec Asked = {0, WaitMs * 1000000};
  SHOW(semtimedop(Set, &Down, 1, &Asked));
  semctl(Set, 0, IPC_RMID);
}

static void (*const Waits[])() = {sleepLong, pollLong, epollLong, selectLong,
                                  semopLong};

static int Ready;

static void handle(int Round, void *) {
  spinUs(STALL_US);
  INSIST(write(Ready, "x", 1) == 1);
  Waits[Round]();
}

int main() {
  int Ends[2], Status = 0;
  INSIST(pipe2(Ends, O_CLOEXEC) == 0);
  pid_t Child = fork();
  if (Child == 0) {
    Ready = Ends[1];
    EXPECT(runLoop(5, handle, nullptr) == 0);
    _exit(2);
  }
  for (size_t Round = 0; Round < sizeof Waits / sizeof *Waits; ++Round) {
    char Byte;
    siginfo_t Info = {};
    INSIST(read(Ends[0], &Byte, 1) == 1);
    sleepUs(60000);
    while (!isBlocked(Child))
      sleepUs(5000);
    kill(Child, SIGSTOP);
    INSIST(waitid(P_PID, (id_t)Child, &Info, WSTOPPED) == 0 &&
           Info.si_code == CLD_STOPPED);
    sleepUs(50000);
    kill(Child, SIGCONT);
    INSIST(waitid(P_PID, (id_t)Child, &Info, WCONTINUED) == 0 &&
           Info.si_code == CLD_CONTINUED);
  }
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("status %x", Status);
}
