//===- Decisions.cpp - what must come together for a call -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Decisions.h"

#include "llvm/ADT/BitVector.h"

#include <deque>

namespace nostall {

class DecisionCounter {
public:
  DecisionCounter(const Decisions &All, FunctionIndex F)
      : P(All.P), Blocks(P.blocks(F)), Ends(Blocks.size()),
        Predecessors(Blocks.size()) {
    for (uint32_t B = 0; B < Blocks.size(); ++B)
      for (unsigned I = 0; I < Blocks[B].NumItems; ++I)
        if (All.endsAt(F, P.summary().FlowItems[Blocks[B].FirstItem + I]))
          Ends.set(B);
    for (uint32_t B = 0; B < Blocks.size(); ++B)
      for (const FlowSuccessor &S : successors(B))
        if (S.Block != NoIndex)
          Predecessors[S.Block].push_back(B);
  }

  CallDecisions of(uint32_t Block) const;
  bool endsHere(uint32_t Block) const;

private:
  llvm::ArrayRef<FlowSuccessor> successors(uint32_t B) const {
    if (Ends[B])
      return {};
    return llvm::ArrayRef(P.summary().Successors)
        .slice(Blocks[B].FirstSuccessor, Blocks[B].NumSuccessors);
  }
  /// The blocks from which the end is reached without passing \p Block.
  llvm::BitVector avoiding(uint32_t Block) const;

  const Program &P;
  llvm::ArrayRef<FlowBlock> Blocks;
  /// Blocks from which control does not come back.
  llvm::BitVector Ends;
  std::vector<llvm::SmallVector<uint32_t, 2>> Predecessors;
};

llvm::BitVector DecisionCounter::avoiding(uint32_t Block) const {
  // Clang's exit block is the last one.
  uint32_t Exit = Blocks.size() - 1;
  llvm::BitVector Seen(Blocks.size());
  if (Exit == Block)
    return Seen;
  llvm::SmallVector<uint32_t, 32> Work = {Exit};
  Seen.set(Exit);
  while (!Work.empty()) {
    for (uint32_t From : Predecessors[Work.pop_back_val()])
      if (From != Block && !Seen[From]) {
        Seen.set(From);
        Work.push_back(From);
      }
  }
  return Seen;
}

/// Whether what follows \p Block ends without getting to the function's end: in
/// exit(), abort() or the like. A loop for ever does not end.
bool DecisionCounter::endsHere(uint32_t Block) const {
  llvm::BitVector Seen(Blocks.size());
  llvm::SmallVector<uint32_t, 32> Order = {Block};
  std::vector<unsigned> Waiting(Blocks.size());
  Seen.set(Block);
  for (size_t I = 0; I < Order.size(); ++I)
    for (const FlowSuccessor &S : successors(Order[I])) {
      if (S.Block == NoIndex)
        continue;
      ++Waiting[S.Block];
      if (!Seen[S.Block]) {
        Seen.set(S.Block);
        Order.push_back(S.Block);
      }
    }
  if (Seen[Blocks.size() - 1] || Waiting[Block])
    return false;
  // No way leads round when each block can be taken after all that lead to it
  // (Kahn, 1962).
  llvm::SmallVector<uint32_t, 32> Ready = {Block};
  size_t Taken = 0;
  while (!Ready.empty()) {
    ++Taken;
    for (const FlowSuccessor &S : successors(Ready.pop_back_val()))
      if (S.Block != NoIndex && --Waiting[S.Block] == 0)
        Ready.push_back(S.Block);
  }
  return Taken == Order.size();
}

CallDecisions DecisionCounter::of(uint32_t Block) const {
  llvm::BitVector Avoids = avoiding(Block);
  constexpr uint16_t Far = UINT16_MAX;
  std::vector<uint16_t> Distance(Blocks.size(), Far);
  std::deque<uint32_t> Work = {0};
  Distance[0] = 0;
  // Breadth first, steps that decide nothing first.
  while (!Work.empty()) {
    uint32_t B = Work.front();
    Work.pop_front();
    if (B == Block)
      break;
    bool Decides = false;
    for (const FlowSuccessor &S : successors(B))
      Decides |= S.Block != NoIndex && Avoids[S.Block];
    for (const FlowSuccessor &S : successors(B)) {
      if (S.Block == NoIndex)
        continue;
      uint16_t New = Distance[B] + Decides;
      if (New >= Distance[S.Block])
        continue;
      Distance[S.Block] = New;
      if (Decides)
        Work.push_back(S.Block);
      else
        Work.push_front(S.Block);
    }
  }
  CallDecisions Out;
  Out.Branches = Distance[Block] == Far ? 0 : Distance[Block];
  Out.Fatal = endsHere(Block);
  return Out;
}

//===----------------------------------------------------------------------===//
// Functions that end the program
//===----------------------------------------------------------------------===//

bool Decisions::endsAt(FunctionIndex F, uint32_t Call) const {
  const CallEdge &Edge = P.calls(F)[Call];
  if (Edge.Kind != CallKind::Direct || Edge.Callee == NoIndex ||
      !P.isActive(Edge))
    return false;
  FunctionIndex Body = P.body(Edge.Callee, F);
  return Body != NoIndex && NeverReturn[Body];
}

bool Decisions::endsProgram(FunctionIndex F) const {
  if (P.isCoroutine(F))
    return false;
  if (!P.blocks(F).empty())
    return DecisionCounter(*this, F).endsHere(0);
  for (uint32_t I = 0; I < P.calls(F).size(); ++I)
    if (endsAt(F, I))
      return true;
  return false;
}

Decisions::Decisions(const Program &P) : P(P), NeverReturn(P.numFunctions()) {
  std::vector<llvm::SmallVector<FunctionIndex, 2>> Callers(P.numFunctions());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    for (const CallEdge &Call : P.calls(F))
      if (Call.Kind == CallKind::Direct && Call.Callee != NoIndex)
        if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
          Callers[Body].push_back(F);
  std::vector<FunctionIndex> Work;
  auto Look = [&](FunctionIndex F) {
    if (!NeverReturn[F] && endsProgram(F)) {
      NeverReturn.set(F);
      Work.push_back(F);
    }
  };
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    Look(F);
  while (!Work.empty()) {
    FunctionIndex F = Work.back();
    Work.pop_back();
    for (FunctionIndex Caller : Callers[F])
      Look(Caller);
  }
}

const std::vector<CallDecisions> &Decisions::beforeCalls(FunctionIndex F) const {
  auto [It, New] = Cache.try_emplace(F);
  if (!New)
    return It->second;
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  if (Blocks.empty())
    return It->second;
  std::vector<CallDecisions> Out(P.calls(F).size());
  DecisionCounter Counter(*this, F);
  for (uint32_t B = 0; B < Blocks.size(); ++B) {
    if (Blocks[B].NumItems == 0)
      continue;
    CallDecisions Here = Counter.of(B);
    for (unsigned I = 0; I < Blocks[B].NumItems; ++I)
      Out[P.summary().FlowItems[Blocks[B].FirstItem + I]] = Here;
  }
  It->second = std::move(Out);
  return It->second;
}

} // namespace nostall
