//===- LoopDeadlocks.h - waits that only their own loop can end -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds calls on a loop that wait for what that very loop has yet to do: the
// future of a coroutine that was spawned on it, a promise that a handler of it
// fulfils, a thread that itself waits for the loop, and runs of the loop inside
// of itself.
//
// A wait is one only where the program shows who ends it. It is sure where
// what the loop has to do was given to it on the way to the wait, since then
// the last suspension: earlier, the loop may have done it already.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Solution.h"

#include <vector>

namespace nostall {

enum class DeadlockKind : uint8_t {
  Result,    ///< Of an operation on the loop: co_spawn(loop, f(), use_future).
  Callable,  ///< The end of a callable that was given to the loop.
  Fulfilled, ///< A promise that code on the loop fulfils.
  Task,      ///< A coroutine, run to its end, that awaits its turn on the loop.
  Thread,    ///< A thread that waits for the loop.
  Reentry,   ///< Runs the loop.
};

struct LoopDeadlock {
  DeadlockKind Kind = DeadlockKind::Result;
  Confidence Sure = Confidence::High;
  FunctionIndex In = NoIndex; ///< On the loop.
  uint32_t Call = NoIndex;    ///< Of In: it leads to the wait.
  llvm::SmallVector<uint32_t, 4> Down; ///< Edges from Call to the wait.
  const EffectSite *Site = nullptr;    ///< The wait.
  /// The call that gives the loop the work; NoIndex for none.
  uint32_t Given = NoIndex;
  /// What is done there: the call that fulfils the promise, the suspension
  /// point, the wait of the thread; NoIndex for none.
  uint32_t Done = NoIndex;
  FunctionIndex Body = NoIndex; ///< The callable, coroutine or thread.
};

/// In order of function and call.
std::vector<LoopDeadlock> findLoopDeadlocks(const Solution &S);

} // namespace nostall
