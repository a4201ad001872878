//===- Locks.h - what is held where -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows locks through each function's flow graph: guards and plain mutexes,
// unlock, release, move, swap, deferred and tried locking, the end of scopes.
//
// From that, program-wide: which mutexes some holder keeps while it blocks or
// suspends. Waiting for such a mutex can take long; waiting for any other is
// short.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Effects.h"

#include <map>
#include <set>
#include <vector>

namespace nostall {

/// A coroutine suspends while it holds a lock.
struct HeldSuspension {
  FunctionIndex In = NoIndex;
  uint32_t Acquire = NoIndex; ///< The call that took the lock.
  uint32_t Suspension = NoIndex; ///< The await or yield.
};

/// Why waiting for a mutex can take long.
struct SlowHolder {
  FunctionIndex In = NoIndex;
  uint32_t Acquire = NoIndex;
  uint32_t Call = NoIndex; ///< What it does meanwhile: blocks, or suspends.
};

class Locks {
public:
  Locks(const ValueFlow &Values, const CallGraph &Graph,
        const Contexts &Where, const Effects &Found);

  llvm::ArrayRef<HeldSuspension> suspensions() const { return Suspensions; }
  /// The holder that makes \p Mutex slow; null when there is none.
  const SlowHolder *slowHolder(SlotIndex Mutex) const {
    auto It = Slow.find(Mutex);
    return It == Slow.end() ? nullptr : &It->second;
  }
  /// The member or global that a lock call waits for, if it is one.
  std::optional<SlotIndex> mutexOf(uint32_t Call) const {
    auto It = Mutexes.find(Call);
    return It == Mutexes.end() ? std::nullopt : std::optional(It->second);
  }

  /// Whether a coroutine holds a lock at a call, on some way there; \p Call
  /// counts in the program's table.
  bool isHeldAt(uint32_t Call) const { return UnderLock.count(Call); }

private:
  friend class LockAnalysis;
  std::vector<HeldSuspension> Suspensions;
  std::map<SlotIndex, SlowHolder> Slow;
  std::map<uint32_t, SlotIndex> Mutexes;
  std::set<uint32_t> UnderLock;
};

} // namespace nostall
