//===- LockCauses.cpp - waiting for another holder of a lock ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <mutex>
#include <pthread.h>

namespace inject {
namespace {

void passTime(Injection &I) {
  if (I.OwnerComputes)
    spinUntil(I.DeadlineNs);
  else
    helper::sleepToDeadline(I);
}

std::mutex Mutex;

INJECT_FRAME void holdMutex(Injection &I) {
  const std::lock_guard<std::mutex> Lock(Mutex);
  helper::ready();
  helper::awaitStart(I);
  passTime(I);
}

INJECT_FRAME void stallInMutex(Injection &) {
  helper::begin();
  const std::lock_guard<std::mutex> Lock(Mutex);
  keepFrame();
}

pthread_rwlock_t Rwlock = PTHREAD_RWLOCK_INITIALIZER;

INJECT_FRAME void holdRwlock(Injection &I) {
  pthread_rwlock_wrlock(&Rwlock);
  helper::ready();
  helper::awaitStart(I);
  passTime(I);
  pthread_rwlock_unlock(&Rwlock);
}

INJECT_FRAME void stallInRwlock(Injection &I) {
  helper::begin();
  I.Error = pthread_rwlock_rdlock(&Rwlock);
  pthread_rwlock_unlock(&Rwlock);
}

} // namespace

Cause mutex() {
  return {.Name = "mutex",
          .Function = "stallInMutex",
          .Expected = "lock",
          .Owner = "holdMutex",
          .Stall = stallInMutex,
          .Assist = holdMutex};
}

Cause rwlock() {
  return {.Name = "rwlock",
          .Function = "stallInRwlock",
          .Expected = "lock",
          .Owner = "holdRwlock",
          .Stall = stallInRwlock,
          .Assist = holdRwlock};
}

} // namespace inject
