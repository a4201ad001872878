//===- calls/sleeps.cpp - sleeps between computations -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 1,000 iterations, each of which alternates short computations (0.1 to 0.4 ms)
// and sleeps of every kind of a group, and has one long computation (8 ms) at a
// different place each time. A probe that finds the thread computing and sends
// it a signal often hits the sleep that follows: none may be short, none may
// end with EINTR.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "sleep_kinds.h"

static long Count, Short, Failed;

static void sleepBy(const SleepKind &Kind, int Ms) {
  int64_t Start = nowNs(Kind.Clock);
  bool Right = Kind.Run(Ms);
  int Error = errno;
  int64_t Elapsed = nowNs(Kind.Clock) - Start;
  ++Count;
  if (!Right && ++Failed <= 5)
    say("BAD %s failed: %s", Kind.Name, errorName(Error));
  if (Right && Elapsed < Ms * INT64_C(1000000) && ++Short <= 5)
    say("BAD %s was short", Kind.Name);
}

static void handle(int Round, void *Data) {
  const std::vector<SleepKind> &Kinds = *(const std::vector<SleepKind> *)Data;
  int Long = Round % (int)Kinds.size();
  for (int Place = 0; Place < (int)Kinds.size(); ++Place) {
    spinUs(Place == Long ? 8000 : 100 + (Round * 37 + Place * 61) % 300);
    sleepBy(Kinds[(size_t)Place], 1 + (Round + Place) % 2);
  }
}

static void openAll(const char *Name) {
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  sem_init(&Semaphore, 0, 0);
  INSIST(socketpair(AF_UNIX, SOCK_DGRAM, 0, Sockets) == 0);
  TimerFd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  SemaphoreSet = semget(IPC_PRIVATE, 1, 0600);
  MessageQueue = msgget(IPC_PRIVATE, 0600);
  struct mq_attr Attributes = {};
  Attributes.mq_maxmsg = 1;
  Attributes.mq_msgsize = 64;
  PosixQueue = mq_open(Name, O_RDWR | O_CREAT, 0600, &Attributes);
  mq_unlink(Name);
}

int main(int, char **Arguments) {
  char Name[64];
  snprintf(Name, sizeof Name, "/invariance-sleeps-%d", getpid());
  openAll(Name);
  pid_t Answerer = fork();
  if (Answerer == 0)
    answerMessages();
  const std::vector<SleepKind> &Kinds =
      strcmp(Arguments[1], "clock") == 0  ? ClockSleeps
      : strcmp(Arguments[1], "wait") == 0 ? WaitSleeps
                                          : IpcSleeps;
  EXPECT(runLoop(1000, handle, (void *)&Kinds) == 0);
  semctl(SemaphoreSet, 0, IPC_RMID);
  msgctl(MessageQueue, IPC_RMID, nullptr);
  mq_close(PosixQueue); // Its name, which has the pid, would be reported.
  int Status = -1;
  INSIST(waitpid(Answerer, &Status, 0) == Answerer && Status == 0);
  say("sleeps %ld, short %ld, failed %ld", Count, Short, Failed);
  reportSelf("end", 1);
}
