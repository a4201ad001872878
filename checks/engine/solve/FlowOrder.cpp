//===- FlowOrder.cpp - what comes after what --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/FlowOrder.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

llvm::ArrayRef<uint32_t> itemsOf(const Program &P, const FlowBlock &B) {
  return llvm::ArrayRef(P.summary().FlowItems).slice(B.FirstItem, B.NumItems);
}

std::vector<bool> blocksAfter(const Program &P, FunctionIndex F,
                              uint32_t Block) {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  std::vector<bool> Seen(Blocks.size());
  llvm::SmallVector<uint32_t, 16> Work = {Block};
  while (!Work.empty()) {
    const FlowBlock &B = Blocks[Work.pop_back_val()];
    for (unsigned I = 0; I < B.NumSuccessors; ++I) {
      uint32_t Next = P.summary().Successors[B.FirstSuccessor + I].Block;
      if (Next == NoIndex || Seen[Next])
        continue;
      Seen[Next] = true;
      Work.push_back(Next);
    }
  }
  return Seen;
}

std::optional<uint32_t> blockOf(const Program &P, FunctionIndex F,
                                uint32_t Item) {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  for (uint32_t B = 0; B < Blocks.size(); ++B)
    if (llvm::is_contained(itemsOf(P, Blocks[B]), Item))
      return B;
  return std::nullopt;
}

bool leadsTo(const Program &P, FunctionIndex F, uint32_t From, uint32_t To) {
  std::optional<uint32_t> Start = blockOf(P, F, From), End = blockOf(P, F, To);
  if (!Start || !End)
    return false;
  if (blocksAfter(P, F, *Start)[*End])
    return true;
  llvm::ArrayRef<uint32_t> Here = itemsOf(P, P.blocks(F)[*Start]);
  return *Start == *End && llvm::find(Here, From) < llvm::find(Here, To);
}

} // namespace nostall
