//===- Helper.h - what ends a stall from outside of it ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A blocked thread must be released by somebody: the helper is one thread that
// does that for all causes. It waits on semaphores only: a poll or epoll_wait
// of its own could be taken for an event loop.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <atomic>
#include <cstdint>

namespace inject {

struct Injection;

namespace helper {

/// \p PreparedFd: an eventfd in the loop; it is written when the injection may
/// start.
void start(int PreparedFd);
void stop();

/// From the loop: run the Assist of \p I's cause.
void prepare(Injection &I);

/// From the loop: the injection starts, its deadline is set.
void begin();

/// From an Assist: what it does beforehand is done.
void ready();

/// From an Assist, behind ready(): until the injection starts.
void awaitStart(Injection &I);

/// From an Assist: until the deadline, blocked.
void sleepToDeadline(Injection &I);

} // namespace helper

/// Deadline of the running injection, for the servers that answer late: also
/// for those in other processes, so it lives in shared memory.
struct SharedDeadline {
  std::atomic<int64_t> Ns{0};
};
static_assert(std::atomic<int64_t>::is_always_lock_free);

SharedDeadline &sharedDeadline();

/// Descriptor of the memory of sharedDeadline(), for another process.
int sharedDeadlineFd();

} // namespace inject
