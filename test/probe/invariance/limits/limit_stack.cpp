//===- limit_stack.cpp - a small main stack, used to its end ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Started again under a small RLIMIT_STACK, the program blocks and computes in
// its handler with just enough stack left for a signal: what the probe's
// wrappers put on it must fit there too.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <pthread.h>
#include <sys/auxv.h>

static char *Lowest; ///< The end of what the limit allows.

static void block() {
  char Byte;
  int Ends[2];
  INSIST(pipe(Ends) == 0);
  INSIST(write(Ends[1], "x", 1) == 1 && read(Ends[0], &Byte, 1) == 1);
  INSIST(close(Ends[0]) == 0 && close(Ends[1]) == 0);
  INSIST(poll(nullptr, 0, 9) == 0);
  stall();
}

static char descend(volatile char *Outer) {
  volatile char Block[512];
  long Room = 2 * (long)getauxval(AT_MINSIGSTKSZ) + 8192;
  Block[0] = Outer[0];
  if ((char *)Block - Lowest < Room) {
    block();
    return Block[0];
  }
  return (char)(descend(Block) + Block[0]);
}

static void handle(int, void *) {
  char Byte = 0;
  INSIST(descend(&Byte) == 0);
}

int main(int Count, char **Arguments) {
  if (Count == 1) {
    struct rlimit Small;
    getrlimit(RLIMIT_STACK, &Small);
    Small.rlim_cur = 256 * 1024;
    INSIST(setrlimit(RLIMIT_STACK, &Small) == 0);
    execl(Arguments[0], Arguments[0], "again", nullptr);
    return 1;
  }
  pthread_attr_t Attributes;
  void *Stack;
  size_t Size;
  INSIST(pthread_getattr_np(pthread_self(), &Attributes) == 0);
  INSIST(pthread_attr_getstack(&Attributes, &Stack, &Size) == 0);
  pthread_attr_destroy(&Attributes);
  EXPECT(Size <= 256 * 1024);
  Lowest = (char *)Stack;
  EXPECT(runLoop(8, handle, nullptr) == 0);
  reportSelf("end", 1);
}
