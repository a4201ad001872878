//===- HeldState.h - locks held at one place --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LockAnalysis knows at one place of a function: who holds a lock, which
// calls took it, and what branches on the way have told of variables. What was
// taken on one way of a branch is not held on the other way of another branch
// on the same variable.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/LockObjects.h"

#include <map>

namespace nostall {

/// "Is the variable equal to the number?"
struct BranchQuestion {
  LockObject Variable;
  int64_t Number = 0;
  friend auto operator<=>(const BranchQuestion &,
                          const BranchQuestion &) = default;
};
struct BranchAnswer {
  bool Yes = false;
  uint32_t Block = NoIndex; ///< Whose branch told.
  friend bool operator==(const BranchAnswer &, const BranchAnswer &) = default;
};
using BranchAnswers = std::map<BranchQuestion, BranchAnswer>;

/// Calls that took a lock, each with what is known where it is still held.
using Acquires = std::map<uint32_t, BranchAnswers>;

struct HeldState {
  std::map<LockObject, Acquires> Held;
  BranchAnswers Known;

  /// Adds what comes in on another way; \p First: it is the first one. False
  /// when nothing is new.
  bool join(const HeldState &Other, bool First);
  /// A branch has told something.
  void tell(const BranchQuestion &Asked, const BranchAnswer &Told);
  /// What a variable was before it is set anew says nothing of it.
  void forget(LockObject Variable);
  void swap(LockObject A, LockObject B);
  /// Drops the holders whose calls have all been dropped.
  void dropEmpty();
};

} // namespace nostall
