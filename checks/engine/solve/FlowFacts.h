//===- FlowFacts.h - what is certain at a call ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Forward analysis of one function's flow graph. Says for each call
//   * where it runs relative to the function's entry: the same place, or what
//     an awaited executor switch made of it;
//   * what conditions on the way have established: the receiver is ready, we
//     are off the loop, in a forked child;
//   * whether it can be reached at all.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <vector>

namespace nostall {

/// Where a call runs, compared with the function's entry.
enum class RelativePlace : uint8_t { AsEntry, Loop, Worker, Unknown };

struct CallFacts {
  RelativePlace Where = RelativePlace::AsEntry;
  bool OffLoop = false;
  bool InChild = false;
  /// Waiting on the receiver does not block.
  bool ReceiverReady = false;
  bool Unreachable = false;
  /// Runs the first time only: `if (!instance) instance = make();`, of a
  /// variable with static storage.
  bool OnceOnly = false;
};

/// Whether `value Op Operand` holds; not for None and Switch.
bool compares(int64_t Value, ConditionOp Op, int64_t Operand);

/// What a branch tells of a tested result: whether it is \p Wanted (any non-zero
/// one when absent). \p Taken is whether `result Op Operand` holds on the way
/// looked at. Empty when the branch does not tell.
std::optional<bool> branchTells(std::optional<int64_t> Wanted, ConditionOp Op,
                                int64_t Operand, bool Taken);

/// Facts for each call of a function, by local index. Empty when nothing in
/// the function bears on them: then every call has the default facts.
std::vector<CallFacts> analyzeFlow(const ValueFlow &Values, FunctionIndex F);

/// The facts for every call of the program's own functions.
class CallFactTable {
public:
  explicit CallFactTable(const ValueFlow &Values);
  /// Of the call with local index \p Call.
  const CallFacts &at(FunctionIndex F, uint32_t Call) const {
    return ByFunction[F].empty() ? Default : ByFunction[F][Call];
  }

private:
  std::vector<std::vector<CallFacts>> ByFunction;
  CallFacts Default;
};

} // namespace nostall
