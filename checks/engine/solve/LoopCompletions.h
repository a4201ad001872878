//===- LoopCompletions.h - who ends a wait ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds out what a call waits for, and whether it is the loop that has to
// wait for the call who would bring it about.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/LoopDeadlocks.h"
#include "engine/solve/LoopObjects.h"

namespace nostall {

using Frames = llvm::SmallVector<ActiveCall, 8>;

/// Who ends a wait: see LoopDeadlock.
struct Completion {
  DeadlockKind Kind = DeadlockKind::Result;
  Confidence Sure = Confidence::High;
  uint32_t Given = NoIndex;
  uint32_t Done = NoIndex;
  FunctionIndex Body = NoIndex;
};

/// A wait, on a loop or on a thread that the loop waits for.
struct Waiter {
  /// The calls that are in progress while the wait is, innermost first: up to
  /// the one that decides what it is for, and up to the root.
  Frames Active, Way;
  ObjectSet Loop;     ///< It has to wait for them.
  unsigned Depth = 0; ///< Threads that wait for threads.
  /// A parameter of the outermost of Active decides; found out on the way.
  mutable bool OfCaller = false;

  /// Whether \p F is in progress, so that its callers can be told apart.
  bool isDecidedIn(FunctionIndex F) const;
  /// The calls that led to \p F, as far as they are in progress.
  llvm::ArrayRef<ActiveCall> above(FunctionIndex F) const;
};

class LoopCompletions {
public:
  using Answer = std::optional<Completion>;

  LoopCompletions(const Solution &S, const ProgramObjects &Objects,
                  const LoopObjects &Loops);

  /// What ends the wait \p Site, if that is the waiter's loop.
  Answer waited(const EffectSite &Site, const Waiter &W) const;
  /// Whether \p Call was made on the way to the wait, with nothing between
  /// that lets the loop run.
  bool isOnTheWay(uint32_t Call, const Waiter &W) const;

private:
  Answer byResults(const ObjectSet &Object, const Waiter &W) const;
  Answer byResult(uint32_t Call, const Waiter &W, bool &Applies) const;
  Answer byExecutor(FunctionIndex Maker, uint32_t Call, const ArgSelector &Arg,
                    const Waiter &W) const;
  Answer byPromise(const ObjectSet &Object, const Waiter &W) const;
  Answer byBody(FunctionIndex Body, const Waiter &W) const;
  Answer byThread(FunctionIndex Body, const Waiter &W) const;
  Answer byTask(FunctionIndex Body, const Frames &Above, const Waiter &W,
                std::set<FunctionIndex> &Seen) const;
  Answer byLaterRun(FunctionIndex F, const Waiter &W) const;
  bool addEntries(FunctionIndex F, const Waiter &W, Completion &To) const;
  bool servesLoop(const CallEdge &Call) const;
  const std::set<FunctionIndex> &leadingTo(FunctionIndex F) const;

  const Solution &S;
  const Program &P;
  const ProgramObjects &Objects;
  const LoopObjects &Loops;
  /// Calls that fulfil promises, and which.
  std::vector<std::pair<ActiveCall, ObjectSet>> Setters;
  std::map<FunctionIndex, std::vector<const EffectSite *>> WaitsIn;
  std::map<FunctionIndex, std::vector<const Entry *>> EntriesOf;
  mutable std::map<FunctionIndex, std::set<FunctionIndex>> Leading;
};

} // namespace nostall
