//===- PerfSampler.h - one sample of running code by perf -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/Unwinder.h"

#include <optional>
#include <string>

namespace nostall {

/// Empty when this process may sample its own threads with perf_event_open, as
/// a rule then also others of the same user; else what the kernel says.
std::string perfRefusal();

/// Registers and stack of a thread in user mode, taken by the kernel at its next
/// moment on a CPU: nothing is executed in the target. One sample for an object.
class PerfSample {
  int Fd = -1;
  void *Map = nullptr;

public:
  explicit PerfSample(pid_t Tid);
  ~PerfSample();
  PerfSample(const PerfSample &) = delete;
  PerfSample &operator=(const PerfSample &) = delete;

  /// False: not permitted, or no such thread.
  bool isOpen() const { return Map != nullptr; }
  /// Waits so long. Nothing when the thread has not run meanwhile.
  std::optional<StackCopy> take(int Milliseconds);
};

} // namespace nostall
