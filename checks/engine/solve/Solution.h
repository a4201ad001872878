//===- Solution.h - everything that checks ask ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The solved program. The members are built in the order in which they stand;
// each uses those above.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Conditions.h"
#include "engine/solve/Contexts.h"
#include "engine/solve/Effects.h"
#include "engine/solve/Locks.h"
#include "engine/solve/Program.h"
#include "engine/solve/ValueFlow.h"
#include "model/MachineCosts.h"

namespace nostall {

/// Refers to the summary, the knowledge and the machine's costs, which must
/// outlive it.
struct Solution {
  Solution(const LUSummary &Summary, const KnowledgeBase &Knowledge,
           const ContextOptions &Options, const MachineCosts &Machine)
      : Machine(Machine), P(Summary, Knowledge), Values(markedValues(P)), Graph(Values),
        Where(Values, Graph, Options), Found(Values, Graph, Where),
        Held(Values, Graph, Where, Found) {}
  Solution(const Solution &) = delete;

  static ValueFlow markedValues(const Program &P) {
    ValueFlow Values(P);
    markObjects(Values);
    return Values;
  }

  const MachineCosts &Machine;
  Program P;
  ValueFlow Values;
  CallGraph Graph;
  Contexts Where;
  Effects Found;
  Locks Held;
};

} // namespace nostall
