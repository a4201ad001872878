//===- CpuCost.h - loops that compute for long ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rules of thumb about the work between two suspension points: endless loops,
// spinning, constant trip counts multiplied through nests and calls, nests
// that are super-linear in data of unknown size.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Effects.h"

#include <vector>

namespace nostall {

enum class HeavyKind : uint8_t { Endless, Spins, ManyRounds, SuperLinear };

struct HeavyLoop {
  FunctionIndex In = NoIndex;
  uint16_t Loop = 0; ///< Local index + 1.
  HeavyKind Kind = HeavyKind::Endless;
  uint64_t Rounds = 0; ///< With ManyRounds; of the whole nest.
  /// False when the rounds are only a limit, or when the nest is quadratic in
  /// something that may as well be small.
  bool Certain = true;
};

/// \p Budget is the work that may be done between two suspension points: each
/// round counts as one, and each call in it as one more.
std::vector<HeavyLoop> findHeavyLoops(const ValueFlow &Values,
                                      const CallGraph &Graph,
                                      const Effects &Found, uint64_t Budget);

} // namespace nostall
