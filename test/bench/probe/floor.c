//===- floor.c - the least that any probe of this kind costs --------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library to preload: reads the time stamp counter before and behind a call
// of the next definition, keeps both, and does nothing else.
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

static volatile unsigned long Before, Behind;

#define FLOOR(RETURN, NAME, PARAMS, ARGS)                                      \
  static RETURN(*Real_##NAME) PARAMS;                                          \
  __attribute__((constructor)) static void find_##NAME(void) {                 \
    Real_##NAME = dlsym(RTLD_NEXT, #NAME);                                     \
  }                                                                            \
  RETURN NAME PARAMS {                                                         \
    Before = __builtin_ia32_rdtsc();                                           \
    RETURN Result = Real_##NAME ARGS;                                          \
    Behind = __builtin_ia32_rdtsc();                                           \
    return Result;                                                             \
  }

FLOOR(int, epoll_wait, (int Fd, struct epoll_event *Events, int Max, int Time),
      (Fd, Events, Max, Time))
FLOOR(int, poll, (struct pollfd * Fds, nfds_t Count, int Time),
      (Fds, Count, Time))
FLOOR(ssize_t, read, (int Fd, void *Buffer, size_t Size), (Fd, Buffer, Size))
FLOOR(int, close, (int Fd), (Fd))
