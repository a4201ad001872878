//===- ProbeCost.h - what the probe costs on this machine -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/SessionFile.h"

#include <optional>
#include <string>

namespace nostall {

/// In picoseconds; 0 when it could not be measured.
struct ProbeCost {
  uint64_t EdgePs = 0; ///< Begin or end of an iteration.
  uint64_t CallPs = 0; ///< An interposed call inside an iteration.
};

/// Opens the probe in this process, beside libc, and runs a loop through either:
/// the best of some rounds, a few milliseconds in all.
ProbeCost measureProbeCost(const std::string &ProbePath,
                           const TickClock &Clock);

/// Measures when first asked, once in a process: a short program is not kept
/// waiting at its start. For one thread at a time.
class ProbePrices {
  std::string ProbePath;
  TickClock Clock; ///< A copy: the original is adjusted by another thread.
  std::optional<ProbeCost> Known;

public:
  ProbePrices(std::string ProbePath, const TickClock &Clock)
      : ProbePath(std::move(ProbePath)), Clock(Clock) {}
  const ProbeCost &get() {
    if (!Known)
      Known = measureProbeCost(ProbePath, Clock);
    return *Known;
  }
};

} // namespace nostall
