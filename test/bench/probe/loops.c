//===- loops.c - event loops of a given pace ------------------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: loops THREADS PACE   until it is killed
//
// A loop in each thread, with PACE iterations a second: 0 is none after the
// first few, -1 as many as there can be.
//
//===----------------------------------------------------------------------===//

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { First = 10 };
static long Pace;

static void check(int Good, const char *Message) {
  if (Good)
    return;
  perror(Message);
  exit(1);
}

static int source(void) {
  if (Pace <= 0)
    return eventfd(Pace < 0 ? 1 : First,
                   EFD_CLOEXEC | (Pace < 0 ? 0 : EFD_SEMAPHORE));
  int Timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct timespec Each = {Pace == 1, 1000000000L / Pace % 1000000000L};
  struct itimerspec Times = {Each, Each};
  check(Timer >= 0 && timerfd_settime(Timer, 0, &Times, NULL) == 0, "timerfd");
  return Timer;
}

static void *loop(void *Nothing) {
  int Epoll = epoll_create1(EPOLL_CLOEXEC), Fd = source();
  struct epoll_event Event = {.events = EPOLLIN};
  check(Epoll >= 0 && Fd >= 0 && !epoll_ctl(Epoll, EPOLL_CTL_ADD, Fd, &Event),
        "epoll");
  for (;;) {
    uint64_t Number;
    check(epoll_wait(Epoll, &Event, 1, -1) == 1, "epoll_wait");
    if (Pace >= 0)
      check(read(Fd, &Number, sizeof(Number)) == sizeof(Number), "read");
  }
  return Nothing;
}

int main(int Count, char **Arguments) {
  if (Count != 3) {
    fprintf(stderr, "usage: loops THREADS PACE\n");
    return 2;
  }
  Pace = atol(Arguments[2]);
  for (int I = 1; I < atoi(Arguments[1]); ++I) {
    pthread_t Thread;
    check(pthread_create(&Thread, NULL, loop, NULL) == 0, "pthread_create");
  }
  loop(NULL);
}
