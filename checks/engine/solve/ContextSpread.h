//===- ContextSpread.h - the contexts of each function ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In which contexts a function runs: on the loop, on a worker, in a child, on
// the main thread, with the GIL. Callees have those of their callers, but for
// what an edge changes: an executor switch before the call, a fork, a start
// that leaves the coroutine to the loop. Sets only grow, so that the result
// does not depend on the order.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/EventLoops.h"
#include "engine/solve/FlowFacts.h"
#include "engine/solve/GilFlow.h"
#include "engine/solve/TestCode.h"
#include "model/ExecutionContext.h"

#include <vector>

namespace nostall {

/// Refers to all that it is made with.
class ContextSpread {
public:
  ContextSpread(const Program &P, const CallGraph &Graph,
                const CallFactTable &Facts, const GilFlow &Gil,
                const EventLoops &Loops, const TestCode &Tests);

  /// A set of ExecutionContext.
  uint8_t of(FunctionIndex F) const { return Bits[F]; }
  /// Adds \p Contexts to those of \p F; its callees have them after spread().
  void add(FunctionIndex F, uint8_t Contexts);
  void spread();
  /// The contexts that the callee of \p E has from it.
  uint8_t along(const Edge &E) const;
  /// Ends the spreading: the set of each function.
  std::vector<uint8_t> take() { return std::move(Bits); }

private:
  bool waitsAfter(const Edge &E) const;

  const Program &P;
  const CallGraph &Graph;
  const CallFactTable &Facts;
  const GilFlow &Gil;
  const EventLoops &Loops;
  const TestCode &Tests;
  std::vector<uint8_t> Bits;
  std::vector<FunctionIndex> Work;
};

} // namespace nostall
