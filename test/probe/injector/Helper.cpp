//===- Helper.cpp - what ends a stall from outside of it --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helper.h"
#include "Injection.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <semaphore.h>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

namespace inject {
namespace {

struct State {
  sem_t Orders;
  sem_t Started;
  std::atomic<Injection *> Order{nullptr}; // Null: stop.
  int PreparedFd = -1;
  std::thread Thread;
};
State TheHelper;

int waitFor(sem_t &Semaphore) {
  int Interrupted = 0;
  while (sem_wait(&Semaphore) != 0)
    ++Interrupted;
  return Interrupted;
}

void work() {
  for (;;) {
    waitFor(TheHelper.Orders);
    Injection *I = TheHelper.Order.load();
    if (!I)
      return;
    if (I->What->Assist)
      I->What->Assist(*I);
    else
      helper::ready();
  }
}

} // namespace

void helper::start(int PreparedFd) {
  TheHelper.PreparedFd = PreparedFd;
  sem_init(&TheHelper.Orders, 0, 0);
  sem_init(&TheHelper.Started, 0, 0);
  TheHelper.Thread = std::thread(work);
}

void helper::stop() {
  TheHelper.Order = nullptr;
  sem_post(&TheHelper.Orders);
  TheHelper.Thread.join();
}

void helper::prepare(Injection &I) {
  TheHelper.Order = &I;
  sem_post(&TheHelper.Orders);
}

void helper::begin() { sem_post(&TheHelper.Started); }

void helper::ready() {
  const uint64_t One = 1;
  if (write(TheHelper.PreparedFd, &One, sizeof One) != sizeof One)
    abort();
}

void helper::awaitStart(Injection &I) {
  I.HelperInterrupted += waitFor(TheHelper.Started);
}

void helper::sleepToDeadline(Injection &I) {
  I.HelperInterrupted += sleepUntil(I.DeadlineNs);
}

namespace {

struct SharedPage {
  int Descriptor = memfd_create("inject-deadline", 0);
  SharedDeadline *Deadline = nullptr;

  SharedPage() {
    if (Descriptor < 0 || ftruncate(Descriptor, sizeof(SharedDeadline)) != 0) {
      perror("injector: memfd_create");
      exit(2);
    }
    void *Memory = mmap(nullptr, sizeof(SharedDeadline), PROT_READ | PROT_WRITE,
                        MAP_SHARED, Descriptor, 0);
    if (Memory == MAP_FAILED) {
      perror("injector: mmap");
      exit(2);
    }
    Deadline = new (Memory) SharedDeadline;
  }
};

SharedPage &sharedPage() {
  static SharedPage Page;
  return Page;
}

} // namespace

SharedDeadline &sharedDeadline() { return *sharedPage().Deadline; }

int sharedDeadlineFd() { return sharedPage().Descriptor; }

} // namespace inject
