//===- Effects.h - calls that may block -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the calls that the knowledge says may block, and decides the
// conditions: flags, timeouts, the nature of a stream or descriptor.
//
// A condition on a parameter is decided by the callers: `dump(std::ostream &)`
// blocks where it is given an std::ofstream. The site then moves to the call
// that decides it, and remembers the way down to the blocking call. What can
// nowhere be decided is counted, not reported.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Contexts.h"

#include <vector>

namespace nostall {

struct EffectSite {
  FunctionIndex In = NoIndex;
  uint32_t Call = NoIndex; ///< Of In: the call that decides the effect.
  Effect What;
  const EffectRule *Rule = nullptr;
  const FunctionKnowledge *Function = nullptr;
  /// The blocking call itself and its function; equal to Call and In when
  /// nothing had to be decided by callers.
  uint32_t SinkCall = NoIndex;
  FunctionIndex SinkIn = NoIndex;
  /// Edges from Call down to SinkIn.
  llvm::SmallVector<uint32_t, 4> Down;
  Confidence Sure = Confidence::High;
};

struct EffectStats {
  /// Calls that block or not, depending on something unknown.
  uint64_t Undecided = 0;
  /// Those: function and index in the summary's Calls.
  std::vector<std::pair<FunctionIndex, uint32_t>> UndecidedCalls;
};

class Effects {
public:
  Effects(const ValueFlow &Values, const CallGraph &Graph,
          const Contexts &Where);

  /// In order of function and call.
  llvm::ArrayRef<EffectSite> sites() const { return Sites; }
  const EffectStats &stats() const { return Stats; }

private:
  friend class EffectFinder;
  std::vector<EffectSite> Sites;
  EffectStats Stats;
};

} // namespace nostall
