//===- Clock.h - time, and what a thread used of it -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The injector's own truth about a stall: it must not come from what the probe
// under test measures, nor add to the stall that it measures.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>

namespace inject {

/// CLOCK_MONOTONIC, the clock that the reports are in.
int64_t now();

/// Returns how often a signal cut the sleep short; it sleeps on until \p
/// WhenNs.
int sleepUntil(int64_t WhenNs);

/// Computes without a system call.
void spinUntil(int64_t WhenNs);

/// What a thread has used since it started.
struct Usage {
  int64_t CpuNs = 0;
  int64_t UserNs = 0;
  int64_t SystemNs = 0;
  int64_t RunDelayNs = -1; ///< Ready, but without a CPU; -1: not known here.
  int64_t MinorFaults = 0;
  int64_t MajorFaults = 0;
};

Usage operator-(const Usage &After, const Usage &Before);

/// Reads the usage of the thread that made it.
class ThreadMeter {
public:
  ThreadMeter();
  ~ThreadMeter();
  ThreadMeter(const ThreadMeter &) = delete;
  ThreadMeter &operator=(const ThreadMeter &) = delete;

  Usage read() const;

private:
  int64_t readRunDelay() const;

  // Kept open: an open in every iteration would itself be a blocking call.
  int Schedstat = -1;
};

} // namespace inject
