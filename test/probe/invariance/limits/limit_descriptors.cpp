//===- limits/limit_descriptors.cpp - no more descriptors -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RLIMIT_NOFILE: how many can still be opened tells how many are open, and the
// loop goes on when none can. New loops, threads and children start without.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/socket.h>
#include <thread>

static int exhaust() {
  int Opened = 0, Last = -1;
  for (int Number; (Number = open("/dev/null", O_RDONLY)) >= 0; ++Opened)
    Last = Number;
  say("opened %d up to %d, then %s", Opened, Last, errorName(errno));
  return Opened;
}

static void limitTo(rlim_t Number) {
  struct rlimit Limit;
  getrlimit(RLIMIT_NOFILE, &Limit);
  Limit.rlim_cur = Number;
  INSIST(setrlimit(RLIMIT_NOFILE, &Limit) == 0);
}

static void handle(int Round, void *) {
  stall();
  if (Round == 0) {
    limitTo(16);
    EXPECT(exhaust() == 11); // 0 to 2 and the loop's two are open.
  }
  if (Round == 2) {
    SHOW(epoll_create1(0));
    SHOW(dup(1));
    SHOW(socket(AF_UNIX, SOCK_STREAM, 0));
    int Ends[2];
    SHOW(pipe(Ends));
    SHOW(fopen("/dev/null", "r") != nullptr);
    SHOW(fcntl(0, F_DUPFD, 100));
    SHOW(dup2(0, 16));
  }
  if (Round == 3) {
    std::thread([] { stall(); }).join();
    pid_t Child = fork();
    if (Child == 0) {
      stall();
      _exit(3);
    }
    int Status = 0;
    SHOW(waitpid(Child, &Status, 0) == Child);
    say("status %x", Status);
  }
  if (Round == 4)
    limitTo(3); // Below what is open: those stay, new ones cannot be had.
  if (Round == 5)
    SHOW(open("/dev/null", O_RDONLY));
}

int main() {
  EXPECT(runLoop(8, handle, nullptr) == 0);
  limitTo(64);
  closefrom(3);
  EXPECT(exhaust() == 61);
  closefrom(3);
  reportSelf("end", 1);
}
