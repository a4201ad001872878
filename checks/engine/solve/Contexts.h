//===- Contexts.h - what runs on an event loop, and why ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the roots (coroutines, callbacks, overrides, hand-written loops, ...)
// and carries their contexts down the call graph. For each function on the
// loop it keeps a witness: of the surest ways from a root the one that asks
// for the least to come together (see Decisions.h).
//
// A coroutine's context is the join over its starts. One that is only ever
// started on workers, in children, or under a sync_wait on the main thread is
// not on the loop; one with an unknown start is taken to be, with less
// confidence.
//
// Python's GIL is a second such context: who waits while it holds the GIL holds
// up the other Python threads. What is on a loop is not looked at for the GIL as
// well.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Bindings.h"
#include "engine/solve/CallGraph.h"
#include "engine/solve/Decisions.h"
#include "engine/solve/EventLoops.h"
#include "engine/solve/FlowFacts.h"
#include "engine/solve/GilFlow.h"
#include "model/ExecutionContext.h"

#include "llvm/ADT/DenseMap.h"

#include <functional>
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

/// How a function comes to run on the loop.
struct Witness {
  uint32_t Root = NoIndex; ///< Into Contexts::roots().
  uint32_t Via = NoIndex;  ///< Edge into it; NoIndex at the root itself.
  uint32_t From = NoIndex; ///< The caller's witness; NoIndex at the root.
  /// What must come together: calls, branches, choices among targets. Counts
  /// from the loop, through the handlers that are dispatched to.
  uint32_t Cost = 0;
  Confidence Sure = Confidence::Low;
  Binding Passed;
};

struct ContextOptions {
  /// Whether a file is test code, which starts coroutines as production code
  /// never does.
  std::function<bool(llvm::StringRef)> IsTestFile;
};

class Contexts {
public:
  Contexts(const ValueFlow &Values, const CallGraph &Graph,
           const ContextOptions &Options);

  llvm::ArrayRef<Root> roots() const { return Roots; }
  llvm::ArrayRef<EventLoop> eventLoops() const { return Loops.Loops; }
  /// Whether the call is the wait of a hand-written event loop.
  bool isLoopWait(uint32_t Call) const { return Loops.Waits.count(Call); }

  /// Whether any of \p F's code runs on the loop, or with the GIL.
  bool isOnLoop(FunctionIndex F) const { return !Ways[F].empty(); }
  /// The best way to \p F.
  const Witness &witness(FunctionIndex F) const {
    return Witnesses[Ways[F].front()];
  }
  /// The best way to \p F by which its call with local index \p Call is made;
  /// NoIndex for any.
  const Witness &witness(FunctionIndex F, uint32_t Call) const;
  const Witness &at(uint32_t Index) const { return Witnesses[Index]; }
  /// Whether what \p Into passes excludes the call \p Call that its callee
  /// makes.
  bool excludes(const Edge &Into, uint32_t Call) const;
  uint8_t bits(FunctionIndex F) const { return Bits[F]; }

  /// Whether the call with local index \p Call of \p F runs on the loop, or with
  /// the GIL.
  bool isCallOnLoop(FunctionIndex F, uint32_t Call) const;
  /// The same for what that call leads to: along \p Down to the call \p Sink of
  /// \p SinkIn.
  bool isCallOnLoop(FunctionIndex F, uint32_t Call,
                    llvm::ArrayRef<uint32_t> Down, FunctionIndex SinkIn,
                    uint32_t Sink) const;
  /// Whether the way to \p F that witness() gives is one with the GIL, and on no
  /// loop.
  bool holdsGil(FunctionIndex F, uint32_t Call) const {
    return isGilWay(witness(F, Call));
  }
  /// The best way of that kind by which the call is made, or null.
  const Witness *wayTo(FunctionIndex F, uint32_t Call, bool WithGil) const;
  /// Whether \p E hands the GIL on to its callee.
  bool carriesGil(const Edge &E) const { return Gil.carries(E, true); }
  const CallFacts &facts(FunctionIndex F, uint32_t Call) const;
  /// Whether a loop statement (local index + 1) of \p F runs on the loop, or with
  /// the GIL.
  bool isLoopOnLoop(FunctionIndex F, uint16_t Loop) const;

  /// How much must come together for a call with local index \p Call once its
  /// function runs: the higher the less likely. For comparing ways; adds up.
  uint32_t costOf(FunctionIndex F, uint32_t Call) const;
  /// The same for what the call leads to.
  uint32_t costOf(const Edge &E) const;

private:
  friend class ContextBuilder;
  bool isGilWay(const Witness &W) const {
    return Roots[W.Root].Kind == RootKind::HoldsGIL;
  }
  /// Whether the GIL is held on entry, on that way.
  bool entersWithGil(const Witness &W) const {
    return W.Via != NoIndex || !Roots[W.Root].TakesGil;
  }
  bool isInRegion(FunctionIndex F, uint16_t Loop) const;
  bool isMovedAway(FunctionIndex F, uint16_t Loop) const;
  bool goesBy(const Witness &W, FunctionIndex F, uint32_t Call) const;

  const Program &P;
  const CallGraph &Graph;
  GilFlow Gil;
  Decisions Branches;
  Bindings Told;
  std::vector<Root> Roots;
  EventLoops Loops;

  std::vector<Witness> Witnesses;
  /// For each function, into Witnesses: one, or one for each choice of
  /// constants that matters.
  std::vector<llvm::SmallVector<uint32_t, 1>> Ways;
  std::vector<uint8_t> Bits;
  /// Whole functions on the loop; the others only within regions.
  std::vector<bool> WholeOnLoop;
  llvm::DenseMap<FunctionIndex, llvm::SmallVector<uint16_t, 2>> Regions;
  std::vector<std::vector<CallFacts>> Facts;
  CallFacts Default;
};

} // namespace nostall
