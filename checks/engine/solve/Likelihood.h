//===- Likelihood.h - how likely a way is -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What must come together for a call to be made has a cost (docs/adr/0010);
// costs are for comparing ways and add up along them. Apart from that, some
// targets of a virtual call or of a stored callable are mere guesses, given the
// way that leads there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Decisions.h"
#include "engine/solve/Ways.h"

namespace nostall {

/// Refers to all that it is made with.
class Likelihood {
public:
  Likelihood(const Program &P, const CallGraph &Graph,
             const Decisions &Branches)
      : P(P), Graph(Graph), Branches(Branches) {}

  /// The cost of the call with local index \p Call, once its function runs.
  uint32_t costOf(FunctionIndex F, uint32_t Call) const;
  /// The same for what the call leads to.
  uint32_t costOf(const Edge &E) const;

  /// Whether the target of \p E is a guess that the way there, which has the
  /// root \p From, makes unlikely.
  bool isUnlikelyTarget(const Edge &E, const Root &From,
                        const Ways &Known) const;

private:
  size_t numTargets(const Edge &E) const;
  bool isOthersImplementation(const Edge &E, const Root &Object) const;

  const Program &P;
  const CallGraph &Graph;
  const Decisions &Branches;
};

} // namespace nostall
