//===- calls/closed_stdout.cpp - standard output that is gone ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pipe that nobody reads: SIGPIPE kills, or if it is ignored the error is
// EPIPE; a descriptor that is closed or full. What is seen goes to standard
// error, and a probe may not use 1 or 2 when it finds them free.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static const char *How;

static void breakPipe() {
  int Ends[2];
  INSIST(pipe(Ends) == 0 && dup2(Ends[1], 1) == 1);
  close(Ends[0]);
  close(Ends[1]);
}

static void tell(const char *What, long Result) {
  int Error = errno;
  dprintf(2, "%s = %ld %s\n", What, Result, errorName(Error));
}

#define TELL(...) (errno = UNTOUCHED, tell(#__VA_ARGS__, (long)(__VA_ARGS__)))

static void printToIt() {
  TELL(write(1, "x", 1));
  TELL(printf("in the buffer\n"));
  TELL(fflush(stdout));
  TELL(ferror(stdout));
  clearerr(stdout);
  TELL(dprintf(1, "%d", 1));
  TELL(fclose(stdout));
}

static void handle(int Round, void *) {
  stall();
  if (Round == 1) {
    if (strcmp(How, "closed") == 0) {
      close(1);
    } else if (strcmp(How, "full") == 0) {
      int Full = open("/dev/full", O_WRONLY);
      INSIST(dup2(Full, 1) == 1 && close(Full) == 0);
    } else {
      breakPipe();
      signal(SIGPIPE, strcmp(How, "sigpipe") == 0 ? SIG_DFL : SIG_IGN);
    }
  }
  if (Round == 2 && strcmp(How, "sigpipe") == 0) {
    printf("buffered\n");
    dprintf(2, "dies at the flush\n");
    fflush(stdout);
    dprintf(2, "lived\n");
  }
  if (Round == 2)
    printToIt();
  if (Round == 3)
    // The lowest free number: 1, when that is closed.
    TELL(open("/dev/null", O_WRONLY));
}

int main(int, char **Arguments) {
  How = Arguments[1];
  int Interrupted = runLoop(5, handle, nullptr);
  dprintf(2, "interrupted %d\n", Interrupted);
  return 13;
}
