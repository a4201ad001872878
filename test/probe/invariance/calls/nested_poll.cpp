//===- calls/nested_poll.cpp - waits within iterations, 32 deep -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A handler that waits, whose handler waits, and so on: poll, epoll_wait,
// select and the like in one another. For a probe each is the wait of a loop,
// or a blocking call in the iteration of the one around it; and the iterations
// end in the reverse order.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <sys/select.h>

static const int Depth = 32;
static int Ends[Depth][2], Epolls[Depth];
static long Waits;

static void waitReady(int Level) {
  int In = Ends[Level][0];
  struct pollfd Watched = {In, POLLIN, 0};
  struct epoll_event Ready;
  struct timespec Long = {10, 0};
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(In, &Set);
  switch (Level % 6) {
  case 0:
    INSIST(poll(&Watched, 1, 10000) == 1 && Watched.revents == POLLIN);
    break;
  case 1:
    INSIST(epoll_wait(Epolls[Level], &Ready, 1, 10000) == 1 &&
           Ready.data.fd == In);
    break;
  case 2:
    INSIST(ppoll(&Watched, 1, &Long, nullptr) == 1);
    break;
  case 3:
    INSIST(select(In + 1, &Set, nullptr, nullptr, nullptr) == 1 &&
           FD_ISSET(In, &Set));
    break;
  case 4:
    INSIST(pselect(In + 1, &Set, nullptr, nullptr, &Long, nullptr) == 1);
    break;
  case 5:
    INSIST(epoll_pwait2(Epolls[Level], &Ready, 1, &Long, nullptr) == 1);
    break;
  }
  ++Waits;
}

static int descend(int Level) {
  char Byte;
  if (Level == Depth) {
    stall();
    return 0;
  }
  INSIST(write(Ends[Level][1], "x", 1) == 1);
  waitReady(Level);
  spinUs(200);
  int Below = descend(Level + 1);
  spinUs(200);
  // Still ready, as the inner waits were for others.
  waitReady(Level);
  INSIST(read(Ends[Level][0], &Byte, 1) == 1);
  struct pollfd Watched = {Ends[Level][0], POLLIN, 0};
  INSIST(poll(&Watched, 1, Level % 8 ? 0 : 7) == 0 && Watched.revents == 0);
  return Below + 1;
}

static void handle(int, void *) {
  INSIST(descend(0) == Depth);
  stall();
}

/// A whole loop within each iteration of the one outside.
static void nestLoops(int, void *Data) {
  int Left = *(int *)Data - 1;
  spinUs(500);
  if (Left > 0)
    INSIST(runLoop(2, nestLoops, &Left) == 0);
  else
    stall();
}

int main() {
  int Levels = 6;
  for (int Level = 0; Level < Depth; ++Level) {
    INSIST(pipe2(Ends[Level], O_CLOEXEC) == 0);
    Epolls[Level] = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event Readable = {EPOLLIN, {}};
    Readable.data.fd = Ends[Level][0];
    INSIST(epoll_ctl(Epolls[Level], EPOLL_CTL_ADD, Ends[Level][0], &Readable) ==
           0);
  }
  EXPECT(runLoop(6, handle, nullptr) == 0);
  say("waits %ld", Waits);
  EXPECT(runLoop(2, nestLoops, &Levels) == 0);
  reportSelf("end", 1);
}
