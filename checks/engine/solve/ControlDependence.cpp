//===- ControlDependence.cpp - which branches decide what -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ControlDependence.h"

#include "model/TUSummary.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

ControlDependence::ControlDependence(llvm::ArrayRef<BlockList> Successors)
    : Place(Successors.size(), NoIndex),
      PostDominator(Successors.size(), NoIndex),
      DependsOn(Successors.size()) {
  std::vector<BlockList> Predecessors(Successors.size());
  for (uint32_t B = 0; B < Successors.size(); ++B)
    for (uint32_t To : Successors[B])
      Predecessors[To].push_back(B);
  orderFromExit(Predecessors);
  findPostDominators(Successors);
  for (uint32_t Branch : Order)
    for (uint32_t To : Successors[Branch]) {
      if (Place[To] == NoIndex)
        continue;
      for (uint32_t B = To; B != PostDominator[Branch]; B = PostDominator[B]) {
        if (!llvm::is_contained(DependsOn[B], Branch))
          DependsOn[B].push_back(Branch);
      }
    }
}

/// In reverse postorder of the graph turned round.
void ControlDependence::orderFromExit(
    llvm::ArrayRef<BlockList> Predecessors) {
  if (Predecessors.empty())
    return;
  uint32_t Exit = Predecessors.size() - 1;
  llvm::BitVector Seen(Predecessors.size());
  llvm::SmallVector<std::pair<uint32_t, uint32_t>, 32> Path = {{Exit, 0}};
  Seen.set(Exit);
  while (!Path.empty()) {
    auto &[Block, Next] = Path.back();
    if (Next == Predecessors[Block].size()) {
      Order.push_back(Block);
      Path.pop_back();
      continue;
    }
    uint32_t From = Predecessors[Block][Next++];
    if (!Seen[From]) {
      Seen.set(From);
      Path.push_back({From, 0});
    }
  }
  std::reverse(Order.begin(), Order.end());
  for (uint32_t I = 0; I < Order.size(); ++I)
    Place[Order[I]] = I;
}

uint32_t ControlDependence::meet(uint32_t A, uint32_t B) const {
  while (A != B) {
    while (Place[A] > Place[B])
      A = PostDominator[A];
    while (Place[B] > Place[A])
      B = PostDominator[B];
  }
  return A;
}

void ControlDependence::findPostDominators(
    llvm::ArrayRef<BlockList> Successors) {
  if (Order.empty())
    return;
  uint32_t Exit = Order.front();
  PostDominator[Exit] = Exit;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (uint32_t B : llvm::drop_begin(Order)) {
      uint32_t New = NoIndex;
      for (uint32_t To : Successors[B])
        if (Place[To] != NoIndex && PostDominator[To] != NoIndex)
          New = New == NoIndex ? To : meet(New, To);
      Changed |= New != PostDominator[B];
      PostDominator[B] = New;
    }
  }
}

llvm::BitVector ControlDependence::deciders(uint32_t Block) const {
  llvm::BitVector Found(DependsOn.size());
  llvm::SmallVector<uint32_t, 16> Work = {Block};
  while (!Work.empty())
    for (uint32_t Branch : DependsOn[Work.pop_back_val()])
      if (!Found[Branch]) {
        Found.set(Branch);
        Work.push_back(Branch);
      }
  return Found;
}

} // namespace nostall
