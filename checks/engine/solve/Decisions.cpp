//===- Decisions.cpp - what must come together for a call -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Decisions.h"

#include "engine/solve/ControlDependence.h"

#include "llvm/ADT/BitVector.h"

#include <deque>

namespace nostall {

class DecisionCounter {
public:
  DecisionCounter(const Decisions &All, FunctionIndex F)
      : Successors(successorsOf(All, F)), Control(Successors) {}

  CallDecisions of(uint32_t Block) const;
  bool endsHere(uint32_t Block) const;

private:
  static std::vector<ControlDependence::BlockList>
  successorsOf(const Decisions &All, FunctionIndex F);

  /// None behind a call from which control does not come back.
  std::vector<ControlDependence::BlockList> Successors;
  ControlDependence Control;
};

std::vector<ControlDependence::BlockList>
DecisionCounter::successorsOf(const Decisions &All, FunctionIndex F) {
  const SummaryTables &S = All.P.summary();
  llvm::ArrayRef<FlowBlock> Blocks = All.P.blocks(F);
  std::vector<ControlDependence::BlockList> Out(Blocks.size());
  for (uint32_t B = 0; B < Blocks.size(); ++B) {
    bool Ends = false;
    for (unsigned I = 0; I < Blocks[B].NumItems; ++I)
      Ends |= All.endsAt(F, S.FlowItems[Blocks[B].FirstItem + I]);
    for (unsigned I = 0; I < Blocks[B].NumSuccessors && !Ends; ++I)
      if (uint32_t To = S.Successors[Blocks[B].FirstSuccessor + I].Block;
          To != NoIndex)
        Out[B].push_back(To);
  }
  return Out;
}

/// Whether what follows \p Block ends without getting to the function's end: in
/// exit(), abort() or the like. A loop for ever does not end.
bool DecisionCounter::endsHere(uint32_t Block) const {
  llvm::BitVector Seen(Successors.size());
  llvm::SmallVector<uint32_t, 32> Order = {Block};
  std::vector<unsigned> Waiting(Successors.size());
  Seen.set(Block);
  for (size_t I = 0; I < Order.size(); ++I)
    for (uint32_t To : Successors[Order[I]]) {
      ++Waiting[To];
      if (!Seen[To]) {
        Seen.set(To);
        Order.push_back(To);
      }
    }
  // Clang's exit block is the last one.
  if (Seen[Successors.size() - 1] || Waiting[Block])
    return false;
  // No way leads round when each block can be taken after all that lead to it
  // (Kahn, 1962).
  llvm::SmallVector<uint32_t, 32> Ready = {Block};
  size_t Taken = 0;
  while (!Ready.empty()) {
    ++Taken;
    for (uint32_t To : Successors[Ready.pop_back_val()])
      if (--Waiting[To] == 0)
        Ready.push_back(To);
  }
  return Taken == Order.size();
}

CallDecisions DecisionCounter::of(uint32_t Block) const {
  llvm::BitVector Deciders = Control.deciders(Block);
  constexpr uint16_t Far = UINT16_MAX;
  std::vector<uint16_t> Distance(Successors.size(), Far);
  std::deque<uint32_t> Work = {0};
  Distance[0] = 0;
  // Breadth first, steps that decide nothing first.
  while (!Work.empty()) {
    uint32_t B = Work.front();
    Work.pop_front();
    if (B == Block)
      break;
    bool Decides = Deciders[B];
    for (uint32_t To : Successors[B]) {
      uint16_t New = Distance[B] + Decides;
      if (New >= Distance[To])
        continue;
      Distance[To] = New;
      if (Decides)
        Work.push_back(To);
      else
        Work.push_front(To);
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
