//===- CpuCost.h - loops that compute for long ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks for work between two suspension points that is over a budget: endless
// loops, spinning, loops with constant trip counts, calls that pass a large
// size, and what grows faster than the data that it goes through. The costs
// are estimates: see extract/OperationCost.h and LoopWork.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Effects.h"

#include <vector>

namespace nostall {

enum class HeavyKind : uint8_t {
  Endless,
  Spins,
  ManyRounds,
  SuperLinear,
  LongRounds, ///< Over data of unknown size, with costly rounds.
  PassedSize, ///< A call that passes a size to loops.
};

struct HeavyLoop {
  FunctionIndex In = NoIndex;
  uint16_t Loop = 0; ///< Local index + 1; 0 with PassedSize.
  HeavyKind Kind = HeavyKind::Endless;
  uint64_t Rounds = 0; ///< With ManyRounds; of the whole nest.
  /// False when the rounds are only a limit, or when the nest is quadratic in
  /// something that may as well be small.
  bool Certain = true;
  /// In nanoseconds on the machine that was calibrated, or on the reference
  /// machine: of all rounds with ManyRounds, of the call with PassedSize.
  uint64_t Cost = 0;
  /// With SuperLinear and LongRounds: how many elements cost the budget.
  uint64_t Elements = 0;
  uint32_t Call = NoIndex; ///< With PassedSize: into LUSummary::Calls.
};

struct CpuBudget {
  /// The work that may be done between two suspension points, in nanoseconds.
  uint64_t Nanoseconds = 1'000'000;
  /// How much slower the machine is than the reference machine.
  double Slowness = 1;
};

std::vector<HeavyLoop> findHeavyLoops(const ValueFlow &Values,
                                      const CallGraph &Graph,
                                      const Effects &Found,
                                      const CpuBudget &Budget);

} // namespace nostall
