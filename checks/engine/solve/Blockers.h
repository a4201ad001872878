//===- Blockers.h - what blocks for long ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which functions, and which of their calls, may block for long, whatever they
// run: what makes the holder of a mutex a slow one.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Effects.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace nostall {

/// Refers to all that it is made with.
class Blockers {
public:
  Blockers(const Program &P, const CallGraph &Graph, const Contexts &Where,
           const Effects &Found);

  /// By function: whether it may block at all.
  const std::vector<bool> &any() const { return Any; }
  /// Whether \p Call of \p F, or something that it runs, is likely to block.
  bool blocksAt(FunctionIndex F, uint32_t Call) const;
  /// Whether \p Mutex stays locked while it does: not where a wait for a
  /// condition is all that blocks, and gives it back, nor in a function that has
  /// an object which keeps it unlocked.
  bool keepsAt(FunctionIndex F, uint32_t Call, SlotIndex Mutex) const;

private:
  void findAny(const Effects &Found);
  void findLikely(const Contexts &Where, const Effects &Found);
  bool isBlocking(FunctionIndex F, uint32_t Call) const;
  bool isGiven(uint32_t Call, SlotIndex Mutex) const;
  bool unlocks(FunctionIndex F, SlotIndex Mutex) const;

  const Program &P;
  const CallGraph &Graph;
  /// What may happen on some far way only, in a message about an error, makes
  /// no slow holder.
  std::vector<bool> Any, Likely;
  llvm::DenseMap<FunctionIndex, llvm::SmallVector<const EffectSite *, 4>> Sites;
};

} // namespace nostall
