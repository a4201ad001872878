//===- calls/loop_kinds.cpp - every kind of loop ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops on each wait there is, with timers, signals and edge triggers, with
// timeouts of zero and without any; a loop whose wait changes from turn to
// turn, and two loops in turns on one thread.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

static int Epoll, Timer;

static int waitBy(int Kind, int Ms) {
  struct timespec Time = fromNs(Ms * INT64_C(1000000));
  struct timeval Micro = {0, Ms * 1000};
  struct pollfd Watched = {Timer, POLLIN, 0};
  struct epoll_event Ready;
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(Timer, &Set);
  switch (Kind) {
  case 0:
    return epoll_wait(Epoll, &Ready, 1, Ms);
  case 1:
    return epoll_pwait(Epoll, &Ready, 1, Ms, nullptr);
  case 2:
    return epoll_pwait2(Epoll, &Ready, 1, Ms < 0 ? nullptr : &Time, nullptr);
  case 3:
    return poll(&Watched, 1, Ms);
  case 4:
    return ppoll(&Watched, 1, Ms < 0 ? nullptr : &Time, nullptr);
  case 5:
    return select(Timer + 1, &Set, nullptr, nullptr, Ms < 0 ? nullptr : &Micro);
  default:
    return pselect(Timer + 1, &Set, nullptr, nullptr, Ms < 0 ? nullptr : &Time,
                   nullptr);
  }
}

/// A turn that waits for ever, one with a timeout, and one that only looks.
static void turn(int Kind, int Round) {
  struct itimerspec Once = {{0, 0}, {0, 3000000}};
  uint64_t Count = 0;
  INSIST(waitBy(Kind, 0) == 0);
  INSIST(waitBy(Kind, 4) == 0);
  INSIST(timerfd_settime(Timer, 0, &Once, nullptr) == 0);
  INSIST(waitBy(Kind, -1) == 1);
  INSIST(waitBy(Kind, 1000) == 1);
  INSIST(read(Timer, &Count, sizeof Count) == sizeof Count && Count == 1);
  if (Round % 3 == 0)
    stall();
}

static void useEdges() {
  int Ends[2];
  struct epoll_event Ready[8], Wanted = {EPOLLIN | EPOLLET, {}};
  char Text[16];
  Wanted.data.u64 = 0x123456789abcdef0;
  int Edges = epoll_create1(EPOLL_CLOEXEC);
  INSIST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, Ends) == 0);
  INSIST(epoll_ctl(Edges, EPOLL_CTL_ADD, Ends[0], &Wanted) == 0);
  for (int Round = 0; Round < 5; ++Round) {
    INSIST(write(Ends[1], "ab", 2) == 2);
    SHOW(epoll_wait(Edges, Ready, 8, -1));
    EXPECT(Ready[0].data.u64 == Wanted.data.u64 && Ready[0].events == EPOLLIN);
    stall();
    SHOW(epoll_wait(Edges, Ready, 8, 5)); // Still unread, but no new edge.
    SHOW(read(Ends[0], Text, sizeof Text));
  }
  Wanted.events = EPOLLIN | EPOLLOUT | EPOLLONESHOT | EPOLLRDHUP;
  INSIST(epoll_ctl(Edges, EPOLL_CTL_MOD, Ends[0], &Wanted) == 0);
  shutdown(Ends[1], SHUT_WR);
  SHOW(epoll_wait(Edges, Ready, 8, -1));
  say("events %x", Ready[0].events);
  SHOW(epoll_wait(Edges, Ready, 8, 5));
  close(Ends[1]);
  INSIST(epoll_ctl(Edges, EPOLL_CTL_MOD, Ends[0], &Wanted) == 0);
  SHOW(epoll_wait(Edges, Ready, 8, -1));
  say("events %x", Ready[0].events);
  close(Ends[0]);
  close(Edges);
}

static void alternate() {
  Loop First = openLoop(), Second = openLoop();
  for (int Round = 0; Round < 6; ++Round) {
    turnLoop(&First);
    spinUs(STALL_US);
    turnLoop(&Second);
    sleepUs(STALL_US);
  }
  closeLoop(&First);
  // Another epoll gets the number of the closed one.
  Loop Third = openLoop();
  EXPECT(Third.Epoll == First.Epoll);
  turnLoop(&Third);
  stall();
  turnLoop(&Second);
  closeLoop(&Third);
  closeLoop(&Second);
  EXPECT(First.Interrupted + Second.Interrupted + Third.Interrupted == 0);
}

/// An epoll in an epoll in a poll.
static void nest() {
  Loop Inner = openLoop();
  int Outer = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event Ready, Wanted = {EPOLLIN, {}};
  struct pollfd Watched = {Outer, POLLIN, 0};
  INSIST(epoll_ctl(Outer, EPOLL_CTL_ADD, Inner.Epoll, &Wanted) == 0);
  for (int Round = 0; Round < 4; ++Round) {
    uint64_t One = 1;
    SHOW(poll(&Watched, 1, 2));
    INSIST(write(Inner.Event, &One, sizeof One) == sizeof One);
    SHOW(poll(&Watched, 1, -1));
    SHOW(epoll_wait(Outer, &Ready, 1, -1));
    SHOW(epoll_wait(Inner.Epoll, &Ready, 1, -1));
    stall();
    SHOW(read(Inner.Event, &One, sizeof One));
  }
  close(Outer);
  closeLoop(&Inner);
}

int main() {
  struct epoll_event Wanted = {EPOLLIN, {}};
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  Timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  INSIST(epoll_ctl(Epoll, EPOLL_CTL_ADD, Timer, &Wanted) == 0);
  for (int Kind = 0; Kind < 7; ++Kind)
    for (int Round = 0; Round < 12; ++Round)
      turn(Kind, Round);
  for (int Round = 0; Round < 40; ++Round)
    turn(Round * 3 % 7, Round);
  useEdges();
  alternate();
  nest();
  reportSelf("end", 1);
}
