//===- common/loop.h - an event loop ------------------------------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An epoll loop whose turns are known: the even ones are woken by an event, the
// odd ones by a timeout, so that it also waits. What a handler does is between
// the return of one epoll_wait and the call of the next: an iteration.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "say.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

typedef struct Loop {
  int Epoll;
  int Event;
  int Turns;
  int Interrupted; ///< Waits that ended with EINTR.
} Loop;

typedef void LoopHandler(int Round, void *Data);

static inline Loop openLoop(void) {
  Loop L = {epoll_create1(EPOLL_CLOEXEC), eventfd(0, EFD_CLOEXEC), 0, 0};
  struct epoll_event Readable;
  memset(&Readable, 0, sizeof Readable);
  Readable.events = EPOLLIN;
  Readable.data.fd = L.Event;
  INSIST(epoll_ctl(L.Epoll, EPOLL_CTL_ADD, L.Event, &Readable) == 0);
  return L;
}

/// Ends the iteration and begins the next.
static inline void turnLoop(Loop *L) {
  int ByTimeout = L->Turns++ % 2;
  uint64_t Count = 1;
  if (!ByTimeout)
    INSIST(write(L->Event, &Count, sizeof Count) == sizeof Count);
  struct epoll_event Ready[4];
  int Number;
  while ((Number = epoll_wait(L->Epoll, Ready, 4, ByTimeout ? 1 : -1)) < 0 &&
         errno == EINTR)
    ++L->Interrupted;
  INSIST(Number == (ByTimeout ? 0 : 1));
  if (Number == 1) {
    INSIST(Ready[0].events == EPOLLIN && Ready[0].data.fd == L->Event);
    INSIST(read(L->Event, &Count, sizeof Count) == sizeof Count && Count == 1);
  }
}

static inline void closeLoop(Loop *L) {
  INSIST(close(L->Event) == 0);
  INSIST(close(L->Epoll) == 0);
}

/// Runs a loop of that many iterations; returns how often it saw EINTR.
static inline int runLoop(int Rounds, LoopHandler *Handler, void *Data) {
  Loop L = openLoop();
  for (int Round = 0; Round < Rounds; ++Round) {
    turnLoop(&L);
    Handler(Round, Data);
  }
  turnLoop(&L);
  closeLoop(&L);
  return L.Interrupted;
}
