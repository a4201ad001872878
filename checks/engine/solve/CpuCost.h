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
  uint16_t Inner = 0;  ///< With SuperLinear: the loop inside.
};

/// \p Budget is the number of rounds of innermost loops that may run between
/// two suspension points.
std::vector<HeavyLoop> findHeavyLoops(const ValueFlow &Values,
                                      const CallGraph &Graph,
                                      const Effects &Found, uint64_t Budget);

} // namespace nostall
