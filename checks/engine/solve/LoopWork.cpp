//===- LoopWork.cpp - the work of loops and calls ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopWork.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <queue>

namespace nostall {

void Work::add(const Work &Other) {
  Rounds = llvm::SaturatingAdd(Rounds, Other.Rounds);
  Cost = llvm::SaturatingAdd(Cost, Other.Cost);
}

Work Work::repeated(uint64_t Trips, uint64_t Calls) const {
  uint64_t Round = llvm::SaturatingAdd(Cost, Calls, uint64_t(1));
  return {llvm::SaturatingMultiply(Trips, std::max<uint64_t>(Rounds, 1)),
          llvm::SaturatingMultiply(Trips, Round)};
}

bool suspendsInRounds(const Program &P, FunctionIndex F, uint16_t Loop) {
  uint16_t Flags = P.loops(F)[Loop - 1].Flags;
  if (Flags & (LF_AlwaysSuspends | LF_SuspendsRegularly))
    return true;
  // Without a flow graph nothing tells which ways round suspend.
  return (Flags & LF_MaySuspend) && P.blocks(F).empty();
}

//===----------------------------------------------------------------------===//
// Ways through a body
//===----------------------------------------------------------------------===//

static llvm::ArrayRef<uint32_t> itemsOf(const Program &P, const FlowBlock &B) {
  return llvm::ArrayRef(P.summary().FlowItems).slice(B.FirstItem, B.NumItems);
}

static llvm::ArrayRef<FlowSuccessor> successorsOf(const Program &P,
                                                  const FlowBlock &B) {
  return llvm::ArrayRef(P.summary().Successors)
      .slice(B.FirstSuccessor, B.NumSuccessors);
}

/// The least work on a way through the body, \p OfCalls being that of its
/// calls. Of several returns the one with the most counts: those before are
/// mostly for errors.
Work LoopWork::onEveryWay(FunctionIndex F, llvm::ArrayRef<Work> OfCalls) const {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  auto WorkIn = [&](uint32_t B) {
    Work Sum;
    for (uint32_t Item : itemsOf(P, Blocks[B]))
      Sum.add(OfCalls[Item]);
    return Sum;
  };
  using Way = std::pair<uint64_t, uint32_t>; // Cost, block.
  std::priority_queue<Way, std::vector<Way>, std::greater<Way>> Open;
  std::vector<Work> Least(Blocks.size());
  std::vector<bool> Reached(Blocks.size()), Settled(Blocks.size());
  const uint32_t Exit = Blocks.size() - 1; // The entry is 0.
  Least[0] = WorkIn(0);
  Reached[0] = true;
  Open.push({Least[0].Cost, 0});
  Work Result;
  while (!Open.empty()) {
    uint32_t B = Open.top().second;
    Open.pop();
    if (Settled[B])
      continue;
    Settled[B] = true;
    for (const FlowSuccessor &Next : successorsOf(P, Blocks[B])) {
      if (Next.Block == Exit) {
        if (Least[B].Cost > Result.Cost)
          Result = Least[B];
        continue;
      }
      if (Next.Block == NoIndex || Settled[Next.Block])
        continue;
      Work There = WorkIn(Next.Block);
      There.add(Least[B]);
      if (Reached[Next.Block] && Least[Next.Block].Cost <= There.Cost)
        continue;
      Reached[Next.Block] = true;
      Least[Next.Block] = There;
      Open.push({There.Cost, Next.Block});
    }
  }
  return Result;
}

/// Whether a round of the loop can do without call \p Item. Told for a loop
/// that stands alone: a cycle of the graph that avoids the call is a round of
/// this loop then.
bool LoopWork::mayBeSkipped(FunctionIndex F, uint16_t Loop,
                            uint32_t Item) const {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  if (Blocks.empty() || P.loops(F)[Loop - 1].Parent != 0 ||
      llvm::any_of(P.loops(F),
                   [&](const nostall::Loop &L) { return L.Parent == Loop; }))
    return false;
  const auto *Home = llvm::find_if(Blocks, [&](const FlowBlock &B) {
    return llvm::is_contained(itemsOf(P, B), Item);
  });
  if (Home == Blocks.end())
    return false;
  const uint32_t Start = Home - Blocks.begin();
  // From the blocks of a round, look for a way back that avoids Start.
  auto Reach = [&](uint32_t From, bool Avoid, std::vector<bool> &Seen) {
    std::vector<uint32_t> Open = {From};
    while (!Open.empty()) {
      const FlowBlock &B = Blocks[Open.back()];
      Open.pop_back();
      for (const FlowSuccessor &Next : successorsOf(P, B))
        if (Next.Block != NoIndex && !Seen[Next.Block] &&
            !(Avoid && Next.Block == Start)) {
          Seen[Next.Block] = true;
          Open.push_back(Next.Block);
        }
    }
  };
  std::vector<bool> After(Blocks.size());
  Reach(Start, false, After);
  for (uint32_t B = 0; B < Blocks.size(); ++B) {
    if (!After[B] || B == Start)
      continue;
    std::vector<bool> Around(Blocks.size()), Back(Blocks.size());
    Reach(B, true, Around);
    if (!Around[B])
      continue;
    // Another loop further down does not lead back.
    Reach(B, false, Back);
    if (Back[Start])
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

/// What callees of calls in \p Loop do; 0 stands for outside of any loop.
void LoopWork::addCallees(FunctionIndex F, uint16_t Loop, Estimate &To) {
  const FunctionSummary &Fn = P.function(F);
  std::vector<Work> OfCalls;
  for (const Edge &E : Graph.callees(F)) {
    const CallEdge &Call = P.summary().Calls[E.Call];
    if (Call.Loop != Loop || (Call.Flags & CF_OnceOnly) ||
        E.Kind != EdgeKind::Call || P.isCoroutine(E.Callee))
      continue;
    const Estimate &Callee = of(E.Callee);
    To.Most.add(Callee.Most);
    if (Callee.Certain.Cost == 0)
      continue;
    if (Loop != 0) {
      if (!mayBeSkipped(F, Loop, E.Call - Fn.FirstCall))
        To.Certain.add(Callee.Certain);
      continue;
    }
    OfCalls.resize(Fn.NumCalls);
    OfCalls[E.Call - Fn.FirstCall].add(Callee.Certain);
  }
  if (OfCalls.empty())
    return;
  if (!P.blocks(F).empty()) {
    To.Certain.add(onEveryWay(F, OfCalls));
    return;
  }
  for (const Work &Callee : OfCalls)
    To.Certain.add(Callee);
}

/// Constant rounds of innermost loops, callees included; a recursion counts
/// once.
const Estimate &LoopWork::of(FunctionIndex F) {
  static const Estimate None;
  if (State[F] == Active)
    return None;
  if (State[F] == Done)
    return Costs[F];
  State[F] = Active;
  Estimate Total;
  for (uint16_t L = 1; L <= P.loops(F).size(); ++L)
    if (P.loops(F)[L - 1].Parent == 0)
      Total.add(of(F, L));
  addCallees(F, 0, Total);
  State[F] = Done;
  return Costs[F] = Total;
}

/// Calls that each round makes. Implicit ones and those that a compiler turns
/// into an instruction (`vector[i]`) are part of the round.
uint64_t LoopWork::callsIn(FunctionIndex F, uint16_t Loop) const {
  return llvm::count_if(P.calls(F), [&](const CallEdge &Call) {
    if (Call.Loop != Loop || Call.Callee == NoIndex || !P.isActive(Call) ||
        (Call.Flags & (CF_Implicit | CF_OnceOnly)))
      return false;
    FunctionIndex Body = P.body(Call.Callee, F);
    return Body == NoIndex || !(P.function(Body).Flags & FF_External) ||
           P.calls(Body).size() > 1 || !P.loops(Body).empty();
  });
}

Estimate LoopWork::of(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (suspendsInRounds(P, F, Loop))
    return {};
  Estimate Inner;
  for (uint16_t I = Loop + 1; I <= P.loops(F).size(); ++I)
    if (P.loops(F)[I - 1].Parent == Loop)
      Inner.add(of(F, I));
  addCallees(F, Loop, Inner);
  if (!(L.Flags & LF_ConstantTrips))
    return Inner;
  if (L.Trips == 0)
    return {};
  uint64_t Calls = callsIn(F, Loop);
  return {L.Flags & LF_LeavesEarly ? Inner.Certain
                                   : Inner.Certain.repeated(L.Trips, Calls),
          Inner.Most.repeated(L.Trips, Calls)};
}

} // namespace nostall
