//===- calls/stdio_order.cpp - the order of what is printed -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Standard output is a pipe, so it is buffered; standard error is not, and goes
// into the same pipe here: the bytes come in the order that the flushes make.
// Threads print, a child inherits a full buffer, and exit flushes the rest.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <thread>

static void handle(int Round, void *) {
  printf("buffered %d\n", Round);
  fprintf(stderr, "unbuffered %d\n", Round);
  stall();
  if (Round == 1) {
    fflush(stdout);
    fprintf(stderr, "after a flush\n");
  }
  if (Round == 2)
    std::thread([] {
      printf("from a thread\n");
      stall();
      fprintf(stderr, "from a thread, unbuffered\n");
    }).join();
  if (Round == 3) {
    pid_t Child = fork(); // With a copy of what is in the buffer.
    if (Child == 0)
      exit(0);
    waitpid(Child, nullptr, 0);
  }
  if (Round == 4) {
    // Longer than the buffer: part of it is written before the rest.
    for (int Line = 0; Line < 200; ++Line)
      printf("line %d of a long text\n", Line);
    fprintf(stderr, "in the middle of a line\n");
  }
  if (Round == 5) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    printf("now by lines\n");
    fprintf(stderr, "between two lines\n");
    printf("second line, ");
    fprintf(stderr, "before its end\n");
    printf("its end\n");
    system("echo from a shell");
  }
}

int main() {
  INSIST(dup2(1, 2) == 2);
  // Say, which writes at once, would only mix with it.
  int Interrupted = runLoop(6, handle, nullptr);
  fflush(stdout);
  EXPECT(Interrupted == 0);
  static char Own[64];
  setvbuf(stdout, Own, _IOFBF, sizeof Own);
  printf("the last words, left in the buffer");
  fprintf(stderr, "at exit\n");
}
