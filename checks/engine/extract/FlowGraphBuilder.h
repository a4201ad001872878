//===- FlowGraphBuilder.h - control flow between calls ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reduces Clang's CFG of a body to what the solver needs: in which order calls
// happen, which conditions on values stand between them, and where the scope
// of a local ends. The solver runs its analyses (executor switches, held
// locks, readiness guards) on this graph, because only it has the knowledge of
// what a call means.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/summary/SummaryBuilder.h"

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <vector>

namespace nostall {

class BodyExtractor;

struct FlowGraph {
  struct Block {
    llvm::SmallVector<uint32_t, 4> Items;
    llvm::SmallVector<FlowSuccessor, 2> Successors;
    ConditionOp Op = ConditionOp::None;
    int64_t Operand = 0;
    std::optional<Value> Condition;
  };
  /// Block 0 is the entry. Empty when the body is one straight line: calls
  /// then happen in the order of their indices.
  std::vector<Block> Blocks;

  void appendTo(SummaryBuilder &Builder) const;
};

/// Also completes the loop flags of \p Body that need control flow.
FlowGraph buildFlowGraph(BodyExtractor &Body);

} // namespace nostall
