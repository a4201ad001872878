//===- ControlDependence.h - which branches decide what ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block depends on a branch when one side of the branch surely leads to the
// block and the branch itself does not: control dependence (Ferrante,
// Ottenstein, Warren, "The program dependence graph and its use in
// optimization", 1987), from immediate post-dominators (Cooper, Harvey,
// Kennedy, "A simple, fast dominance algorithm", 2001). Ways that never get to
// the exit are left out: an assertion decides nothing.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace nostall {

class ControlDependence {
public:
  using BlockList = llvm::SmallVector<uint32_t, 2>;

  /// Of a graph whose blocks have these successors, and whose last block is the
  /// exit.
  explicit ControlDependence(llvm::ArrayRef<BlockList> Successors);

  /// The branches on which \p Block depends, directly or through others.
  llvm::BitVector deciders(uint32_t Block) const;

private:
  void orderFromExit(llvm::ArrayRef<BlockList> Predecessors);
  void findPostDominators(llvm::ArrayRef<BlockList> Successors);
  uint32_t meet(uint32_t A, uint32_t B) const;

  /// Blocks that lead to the exit, each after all that it leads to but for
  /// loops; and where each stands in that, or NoIndex.
  std::vector<uint32_t> Order, Place;
  /// By block: what it must pass next on the way to the exit.
  std::vector<uint32_t> PostDominator;
  std::vector<BlockList> DependsOn;
};

} // namespace nostall
