//===- calls.c - loops and calls to count and to time ---------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: calls MODE COUNT      does it once, between two calls of getppid()
//        calls MODE serve CPU  on that CPU: for each count that is read from
//                              stdin, does it and prints the nanoseconds
//
// MODE is loop:WAIT (COUNT iterations, an event is there already), inside:CALL
// (COUNT calls within one iteration of a loop on epoll_wait) or outside:CALL
// (in a thread that has no loop). WAIT is epoll_wait, epoll_timeout (the same
// with a time limit) or poll; CALL is close, read, lock or tsc
// (no call: reads the time stamp counter, of which the probe reads two in an
// iteration and two around a call within one).
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum What { EpollWait, EpollTimeout, Poll, Close, Read, Lock, Tsc };
static const char *Names[] = {"epoll_wait", "epoll_timeout", "poll", "close",
                              "read",       "lock",          "tsc"};

static int HasLoop, IsLoop, Epoll, Event;
static enum What Wait = EpollWait, What;

static void check(int Good, const char *Message) {
  if (Good)
    return;
  perror(Message);
  exit(1);
}

// One function, so that poll() has one caller: that is what makes it a loop's.
__attribute__((noinline)) static void waitOnce(void) {
  struct epoll_event Ready;
  struct pollfd Fds[] = {{Event, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  int Count;
  if (Wait == EpollWait)
    Count = epoll_wait(Epoll, &Ready, 1, -1);
  else if (Wait == EpollTimeout)
    Count = epoll_wait(Epoll, &Ready, 1, 3600 * 1000);
  else
    Count = poll(Fds, 2, -1);
  check(Count > 0, "wait");
}

static void call(long Count) {
  static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  char Byte;
  if (What == Close)
    for (long I = 0; I < Count; ++I)
      close(-1); // Fails: the shortest of system calls.
  else if (What == Read)
    for (long I = 0; I < Count; ++I)
      check(read(-1, &Byte, 1) == -1, "read");
  else if (What == Tsc)
    for (long I = 0; I < Count; ++I)
      __builtin_ia32_rdtsc(); // Has a side effect, for the compiler.
  else
    for (long I = 0; I < Count; ++I) {
      pthread_mutex_lock(&Mutex);
      pthread_mutex_unlock(&Mutex); // Not interposed.
    }
}

static void run(long Count) {
  if (!IsLoop)
    return call(Count);
  for (long I = 0; I < Count; ++I)
    waitOnce();
}

static void watch(int Fd) {
  struct epoll_event Wanted = {.events = EPOLLIN, .data.fd = Fd};
  check(epoll_ctl(Epoll, EPOLL_CTL_ADD, Fd, &Wanted) == 0, "epoll_ctl");
}

static void setEvent(int Ready) {
  uint64_t Number = 1;
  ssize_t Size = Ready ? write(Event, &Number, sizeof(Number))
                       : read(Event, &Number, sizeof(Number));
  check(Size == sizeof(Number), "eventfd");
}

static void warmUp(void) {
  setEvent(1);
  for (int I = 0; HasLoop && I < 100; ++I)
    waitOnce();
  run(100);
}

static long nanoseconds(void) {
  struct timespec Time;
  clock_gettime(CLOCK_MONOTONIC, &Time);
  return Time.tv_sec * 1000000000L + Time.tv_nsec;
}

// With a loop, the next count is waited for in the loop: else the time until it
// comes would be an iteration, and a stall.
static void serve(int Cpu) {
  cpu_set_t Set;
  CPU_ZERO(&Set);
  CPU_SET(Cpu, &Set);
  check(sched_setaffinity(0, sizeof(Set), &Set) == 0, "sched_setaffinity");
  if (HasLoop)
    watch(STDIN_FILENO);
  warmUp();
  for (;;) {
    char Line[32] = "";
    setEvent(0);
    if (HasLoop)
      waitOnce();
    ssize_t Size = read(STDIN_FILENO, Line, sizeof(Line) - 1);
    if (Size == 0)
      return;
    check(Size > 0, "stdin");
    setEvent(1);
    if (HasLoop)
      waitOnce(); // The iteration begins here.
    long Begin = nanoseconds();
    run(atol(Line));
    printf("%ld\n", nanoseconds() - Begin);
    fflush(stdout);
  }
}

static int parseMode(const char *Mode) {
  const char *Colon = strchr(Mode, ':');
  if (!Colon)
    return 0;
  IsLoop = !strncmp(Mode, "loop:", 5);
  HasLoop = IsLoop || !strncmp(Mode, "inside:", 7);
  int Known = HasLoop || !strncmp(Mode, "outside:", 8);
  for (int I = EpollWait; I <= Tsc; ++I)
    if (!strcmp(Colon + 1, Names[I]) && IsLoop == (I < Close)) {
      What = I;
      if (IsLoop)
        Wait = I;
      return Known;
    }
  return 0;
}

int main(int Count, char **Arguments) {
  int Serves = Count == 4 && !strcmp(Arguments[2], "serve");
  if ((Count != 3 && !Serves) || !parseMode(Arguments[1])) {
    fprintf(stderr, "usage: calls MODE COUNT | calls MODE serve CPU\n");
    return 2;
  }
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  Event = eventfd(0, EFD_CLOEXEC);
  check(Epoll >= 0 && Event >= 0, "epoll");
  watch(Event);
  if (Serves) {
    serve(atoi(Arguments[3]));
    return 0;
  }
  warmUp();
  getppid();
  run(atol(Arguments[2]));
  getppid();
  return 0;
}
