//===- signals/jump_out.c - handlers that do not return -----------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// siglongjmp and longjmp out of a handler that interrupted a blocking call in
// an iteration: a probe's wrapper never gets to its end, and what it noted at
// its start ("blocked in read") must not stand for ever. The loop goes on.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <setjmp.h>
#include <sys/select.h>

static sigjmp_buf Saved;
static int Ends[2], Epoll;
static int Jumps, Early;

static void jump(int Number) { siglongjmp(Saved, Number); }

static void block(int Kind) {
  struct timespec Long = {5, 0};
  struct timeval LongToo = {5, 0};
  struct pollfd Watched = {Ends[0], POLLIN, 0};
  struct epoll_event Ready;
  char Byte;
  switch (Kind) {
  case 0:
    nanosleep(&Long, NULL);
    break;
  case 1:
    if (read(Ends[0], &Byte, 1) >= 0)
      ++Early;
    break;
  case 2:
    poll(&Watched, 1, 5000);
    break;
  case 3:
    select(0, NULL, NULL, NULL, &LongToo);
    break;
  case 4:
    epoll_wait(Epoll, &Ready, 1, 5000);
    break;
  case 5:
    spinUs(5000000);
    break;
  }
  ++Early; // The signal should have come first.
}

static void handle(int Round, void *Data) {
  (void)Data;
  struct itimerval Once = {{0, 0}, {0, 15000}};
  spinUs(Round % 2 ? STALL_US : 200);
  // Volatile, as its value is wanted after the jump.
  volatile int Kind = Round % 6;
  int Number = sigsetjmp(Saved, 1);
  if (Number == 0) {
    setitimer(ITIMER_REAL, &Once, NULL);
    block(Kind);
  } else {
    INSIST(Number == SIGALRM);
    ++Jumps;
  }
  stall();
}

/// Out of two calls: the handler blocks itself, and is left by another one.
static void handleNested(int Round, void *Data) {
  (void)Round, (void)Data;
  struct itimerval Once = {{0, 0}, {0, 15000}};
  if (sigsetjmp(Saved, 1) == 0) {
    setitimer(ITIMER_REAL, &Once, NULL);
    block(1);
  } else {
    ++Jumps;
  }
  stall();
}

static void blockThenJump(int Number) {
  sigset_t Alarm;
  struct timespec Short = {0, 9000000};
  sigemptyset(&Alarm);
  sigaddset(&Alarm, SIGALRM);
  nanosleep(&Short, NULL);
  sigprocmask(SIG_UNBLOCK, &Alarm, NULL);
  signal(Number, jump);
  raise(Number);
}

/// A whole iteration, and the wait of the loop itself, are jumped over.
static int runJumpingLoop(void) {
  static volatile int Turns, Left;
  struct itimerval Once = {{0, 0}, {0, 15000}};
  struct epoll_event Ready;
  signal(SIGALRM, jump);
  for (Turns = 0; Turns < 20; ++Turns) {
    if (sigsetjmp(Saved, 1) == 0) {
      setitimer(ITIMER_REAL, &Once, NULL);
      epoll_wait(Epoll, &Ready, 1, 5000);
      ++Early;
    } else {
      ++Left;
    }
    stall();
  }
  return Left;
}

int main(void) {
  INSIST(pipe(Ends) == 0);
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  signal(SIGALRM, jump);
  EXPECT(runLoop(48, handle, NULL) == 0);
  say("jumps %d, early %d", Jumps, Early);
  signal(SIGALRM, blockThenJump);
  for (int Round = 0; Round < 5; ++Round) {
    signal(SIGALRM, blockThenJump);
    EXPECT(runLoop(1, handleNested, NULL) == 0);
  }
  EXPECT(runJumpingLoop() == 20);
  say("jumps %d, early %d", Jumps, Early);
  reportSelf("end", 1);
  return 0;
}
