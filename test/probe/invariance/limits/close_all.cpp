//===- limits/close_all.cpp - a program that closes everything --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Closes all descriptors but three, as daemons do, before its loop and in it;
// and then has others put over all the numbers. A probe that keeps a descriptor
// in the program loses it, or gets another file under its number.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static const int Highest = 1023;

static void expectOnlyThree() {
  for (int Number = 3; Number <= Highest; ++Number)
    INSIST(fcntl(Number, F_GETFD) == -1 && errno == EBADF);
}

static void turn(Loop &L) {
  turnLoop(&L);
  stall();
}

static Loop openAgain() {
  Loop L = openLoop();
  say("loop: descriptors %d and %d", L.Epoll, L.Event);
  turn(L);
  turn(L);
  return L;
}

static void coverAll() {
  struct stat Null, Status;
  INSIST(stat("/dev/null", &Null) == 0);
  for (int Number = 3; Number <= Highest; ++Number)
    INSIST(dup2(0, Number) == Number);
  SHOW(dup(0));
  SHOW(epoll_create1(0));
  close(3);
  close(4);
  Loop L = openAgain();
  for (int Number = 5; Number <= Highest; ++Number) {
    char Byte;
    INSIST(fstat(Number, &Status) == 0 && Status.st_rdev == Null.st_rdev);
    INSIST(read(Number, &Byte, 1) == 0);
  }
  turn(L);
  closeLoop(&L);
  for (int Number = 5; Number <= Highest; ++Number)
    INSIST(close(Number) == 0);
}

int main() {
  struct rlimit Limit;
  getrlimit(RLIMIT_NOFILE, &Limit);
  Limit.rlim_cur = Highest + 1;
  INSIST(setrlimit(RLIMIT_NOFILE, &Limit) == 0);
  reportDescriptors();
  for (int Number = 3; Number <= Highest; ++Number)
    INSIST(close(Number) == -1 && errno == EBADF);
  Loop L = openAgain();
  for (int Number = 3; Number <= Highest; ++Number)
    close(Number);
  expectOnlyThree();
  L = openAgain();
  SHOW(close_range(3, ~0U, 0));
  expectOnlyThree();
  L = openAgain();
  SHOW(close_range(3, ~0U, CLOSE_RANGE_UNSHARE));
  L = openAgain();
  closefrom(3);
  expectOnlyThree();
  coverAll();
  L = openAgain();
  SHOW(fcntl(0, F_DUPFD, 3));
  SHOW(fcntl(0, F_DUPFD_CLOEXEC, 500));
  reportSelf("end", 1);
}
