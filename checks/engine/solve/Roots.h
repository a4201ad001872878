//===- Roots.h - where code on the loop begins ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that a loop enters (coroutines, callbacks, overrides,
// hand-written loops, what the user declares), and those that Python calls
// with the GIL held or that take it.
//
// A coroutine's context is the join over its starts. One that is only ever
// started on workers, in children, or under a sync_wait on the main thread is
// no root; one with an unknown start is taken to be, with less confidence.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ContextSpread.h"

#include <vector>

namespace nostall {

struct Root {
  RootKind Kind = RootKind::Coroutine;
  FunctionIndex Function = NoIndex;
  uint16_t Loop = 0; ///< With RootKind::Loop.
  Confidence Sure = Confidence::High;
  /// The call that made it a root (given to a library, started); NoIndex for
  /// none. In function By.
  uint32_t Call = NoIndex;
  FunctionIndex By = NoIndex;
  /// The store into a library's member that made it a root, if that did.
  uint32_t Store = NoIndex;
  /// The library function that makes overrides roots.
  const FunctionKnowledge *Rule = nullptr;
  /// Whose loop it is, as far as known.
  const LibraryKnowledge *Framework = nullptr;
  /// A handler that the program's own code dispatches to: the edge that runs
  /// it, and the root from which that is reached.
  uint32_t Dispatch = NoIndex;
  uint32_t Parent = NoIndex; ///< The dispatching function's witness.
  /// With RootKind::HoldsGIL: not entered with the GIL, but takes it, by Call.
  bool TakesGil = false;
};

struct FoundRoots {
  std::vector<Root> OnLoop;
  std::vector<Root> GivenGil; ///< What Python calls.
  std::vector<Root> TakingGil;
};

/// Finds the roots and tells \p Contexts, which has been told nothing yet and
/// is spread when this returns.
FoundRoots findRoots(const ValueFlow &Values, const CallGraph &Graph,
                     const EventLoops &Loops, const GilFlow &Gil,
                     const TestCode &Tests, ContextSpread &Contexts);

/// The library whose loop \p F runs on if it is a root, null if nothing shows
/// it: by the coroutine's type, or by what it calls.
const LibraryKnowledge *frameworkOf(const Program &P, FunctionIndex F);

} // namespace nostall
