//===- Totals.h - what the traces add up to ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counters never fall: what a trace added stays when the trace is gone, until
// nobody has a loop of these names any more. All times are nanoseconds.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "exporter/SignatureTable.h"

#include <array>
#include <map>
#include <utility>

namespace nostall::exporter {

/// Upper bounds of the histogram of iterations; one more bucket has the rest.
inline constexpr std::array<uint64_t, 10> IterationBoundsNs = {
    100'000,    1'000'000,   5'000'000,   10'000'000,    25'000'000,
    50'000'000, 100'000'000, 250'000'000, 1'000'000'000, 5'000'000'000};

/// What one loop, or all of the same names, did.
struct LoopFigures {
  uint64_t Iterations = 0, BusyNs = 0, IdleNs = 0;
  uint64_t Stalls = 0; ///< As the loop counted them.
  uint64_t LateWaits = 0, LateNs = 0;
  uint64_t DroppedStalls = 0, DroppedSamples = 0, Calls = 0;
  /// Iterations up to each bound, and all of them.
  std::array<uint64_t, IterationBoundsNs.size() + 1> Below = {};

  /// Adds what \p Now has more than \p Before; figures that went back count as
  /// unchanged. \p Before becomes the larger of each.
  void addChange(const LoopFigures &Now, LoopFigures &Before);
};

struct StallFigures {
  uint64_t Count = 0, Ns = 0, Unfinished = 0;
};

/// The loops of all threads of one name in processes of one name.
struct LoopTotals {
  LoopFigures All;
  std::map<std::string, StallFigures> Causes;
  uint64_t Victims = 0, MaxNs = 0;
  int64_t Running = 0;
  std::set<uint32_t> Traces; ///< That have such a loop.
};

/// Process and thread.
using LoopNames = std::pair<std::string, std::string>;

/// Everything that is exported, over all traces.
struct Totals {
  Totals(size_t MaxSignatures, size_t MaxLoops)
      : MaxLoops(MaxLoops), Signatures(MaxSignatures) {}

  /// Names that are one too many become "other".
  LoopTotals &loop(const LoopNames &Names, uint32_t Trace);
  /// Forgets loops and kinds that only this trace had.
  void drop(uint32_t Trace);

  size_t MaxLoops;
  std::map<LoopNames, LoopTotals> Loops;
  SignatureTable Signatures;

  uint64_t WatcherCpuNs = 0, Ticks = 0, LateTicks = 0, ProbeNs = 0;
  uint64_t SlotsExhausted = 0;
  uint64_t BytesRead = 0, Records = 0, LeftOut = 0;
  uint64_t Running = 0, Silent = 0, Ended = 0, Unusable = 0; ///< Traces.
};

} // namespace nostall::exporter
