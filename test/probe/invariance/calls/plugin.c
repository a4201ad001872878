//===- calls/plugin.c - what load_storm loads and unloads ---------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks in its constructor and destructor, and has blocking calls of its own:
// what a probe notes of a call's place may soon be unmapped.
//
//===----------------------------------------------------------------------===//

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

static void block(long Us) {
  struct timespec Time = {0, Us * 1000};
  nanosleep(&Time, NULL);
}

__attribute__((constructor)) static void load(void) { block(300); }

__attribute__((destructor)) static void unload(void) { block(300); }

/// 0, when each of its calls did what it should.
__attribute__((visibility("default"))) int run_plugin(int Ms) {
  char Byte;
  int Ends[2], Wrong = 0;
  Wrong += poll(NULL, 0, Ms) != 0;
  Wrong += pipe(Ends) != 0;
  Wrong += write(Ends[1], "x", 1) != 1;
  Wrong += read(Ends[0], &Byte, 1) != 1;
  Wrong += close(Ends[0]) != 0;
  Wrong += close(Ends[1]) != 0;
  errno = 0;
  Wrong += read(-1, &Byte, 1) != -1 || errno != EBADF;
  return Wrong;
}
