//===- Loop.h - the event loop that stalls ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "Plan.h"

#include <vector>

namespace inject {

/// An iteration that was slow without an injection: the machine did that.
struct SlowIteration {
  int64_t StartNs = 0;
  int64_t EndNs = 0;
  Usage Used;
};

struct LoopResult {
  uint64_t Iterations = 0;
  std::vector<SlowIteration> Slow;
  /// The last iteration never comes back to the wait.
  int64_t LastStartNs = 0;
  uint64_t LostSlow = 0; ///< More than there was room for.
};

/// Runs all of \p Plan on this thread and fills in what was measured.
LoopResult runLoop(const Options &Chosen, std::vector<Injection> &Plan);

} // namespace inject
