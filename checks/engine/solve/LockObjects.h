//===- LockObjects.h - which objects lock calls are about -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a lock call: the rule that describes it, the guard or bare mutex that
// holds the lock from then on, and the mutex itself. Sees through references,
// std::move and the like.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ThreadMutexes.h"

#include "llvm/ADT/DenseMap.h"

namespace nostall {

/// A guard or a bare mutex: a variable, a slot, a parameter, or a temporary,
/// which is the Result of the call that its value is made by.
using LockObject = std::pair<ValueKind, int64_t>;

class LockObjects {
public:
  LockObjects(const ValueFlow &Values, const ThreadMutexes &Mutexes)
      : Values(Values), P(Values.program()), Mutexes(Mutexes) {}

  /// All questions are about \p Function from now on.
  void enter(FunctionIndex Function);

  const LockRule *rule(uint32_t Call);

  /// The one object that \p Subject names; none where it may be several.
  std::optional<LockObject> named(llvm::ArrayRef<Value> Subject) const;
  /// The arguments that the rule names: its `mutex`, else the receiver.
  llvm::SmallVector<unsigned, 4> positions(const CallEdge &Call,
                                           const LockRule &R) const;
  llvm::SmallVector<LockObject, 2> subjects(const CallEdge &Call,
                                            const LockRule &R) const;
  /// The guard that a call makes; none where it is put out of sight.
  std::optional<LockObject> made(uint32_t Item) const;
  /// The variable that is initialised with the call's result.
  std::optional<uint32_t> initialized(uint32_t Item) const;
  /// Whether a variable is given its value once, as far as can be seen.
  bool isSetOnce(uint32_t Local) const {
    return Inits.lookup(Local).Count == 1;
  }

  /// Whether a call that makes a guard of a mutex adopts one that is locked.
  bool adopts(const CallEdge &Call, const LockRule &R) const;
  /// Whether what the call locks stops threads. What is not known to be a
  /// class of another kind does.
  bool stopsThreads(uint32_t Call, unsigned Depth = 0);
  /// The members and globals that it locks.
  llvm::SmallVector<SlotIndex, 2> mutexes(uint32_t Call, unsigned Depth = 0);
  bool isGuard(const Value &V) const {
    return P.typeTraits(V.Type) & T_LockGuard;
  }

private:
  /// The calls that made the guards that \p Subject, values of \p In, may be.
  llvm::SmallVector<uint32_t, 2> makers(FunctionIndex In,
                                        const Value &Subject) const;

  struct Init {
    unsigned Count = 0;
    const Flow *Last = nullptr;
  };

  const ValueFlow &Values;
  const Program &P;
  const ThreadMutexes &Mutexes;
  FunctionIndex F = NoIndex;
  llvm::DenseMap<uint32_t, const LockRule *> Rules;
  /// By local variable.
  llvm::DenseMap<uint32_t, Init> Inits;
  /// Where the result of a call is put, by the call's local index.
  llvm::DenseMap<uint32_t, const Flow *> FlowOfResult;
};

} // namespace nostall
