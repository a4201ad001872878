//===- WaitCauses.cpp - sleeping, and waiting for an event ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <semaphore.h>
#include <unistd.h>

namespace inject {
namespace {

INJECT_FRAME void stallInNanosleep(Injection &I) {
  const timespec Time{0, I.AskedNs};
  // A cut sleep stays cut: what the program sees is what is logged.
  if (nanosleep(&Time, nullptr) != 0)
    ++I.LoopInterrupted;
}

INJECT_FRAME void stallInUsleep(Injection &I) {
  if (usleep(static_cast<useconds_t>(I.AskedNs / 1000)) != 0)
    ++I.LoopInterrupted;
}

std::mutex EventLock;
std::condition_variable Event;
bool Happened = false;

void notifyLate(Injection &I) {
  Happened = false;
  helper::ready();
  helper::awaitStart(I);
  helper::sleepToDeadline(I);
  {
    const std::lock_guard<std::mutex> Lock(EventLock);
    Happened = true;
  }
  Event.notify_one();
}

INJECT_FRAME void stallInCondition(Injection &) {
  helper::begin();
  std::unique_lock<std::mutex> Lock(EventLock);
  while (!Happened)
    Event.wait(Lock);
}

sem_t Semaphore;

std::string setUpSemaphore() {
  return sem_init(&Semaphore, 0, 0) == 0 ? "" : "sem_init failed";
}

void postLate(Injection &I) {
  helper::ready();
  helper::awaitStart(I);
  helper::sleepToDeadline(I);
  sem_post(&Semaphore);
}

INJECT_FRAME void stallInSemaphore(Injection &I) {
  helper::begin();
  insist(I, [] { return sem_wait(&Semaphore); });
}

} // namespace

Cause sleepByNanosleep() {
  return {.Name = "nanosleep",
          .Function = "stallInNanosleep",
          .Expected = "sleep",
          .Stall = stallInNanosleep};
}

Cause sleepByUsleep() {
  return {.Name = "usleep",
          .Function = "stallInUsleep",
          .Expected = "sleep",
          .Stall = stallInUsleep};
}

Cause condition() {
  return {.Name = "condition",
          .Function = "stallInCondition",
          .Expected = "wait",
          .Stall = stallInCondition,
          .Assist = notifyLate};
}

Cause semaphore() {
  // Nothing in a POSIX semaphore says whether another process has it.
  return {.Name = "semaphore",
          .Function = "stallInSemaphore",
          .Expected = "wait",
          .Also = "ipc",
          .SetUp = setUpSemaphore,
          .Stall = stallInSemaphore,
          .Assist = postLate};
}

} // namespace inject
