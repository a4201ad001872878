//===- CpuCost.cpp - loops that compute for long ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CpuCost.h"

#include "engine/solve/EventLoops.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace nostall {
namespace {

class HeavyLoopFinder {
public:
  HeavyLoopFinder(const ValueFlow &Values, const CallGraph &Graph,
                  const Effects &Found, uint64_t Budget)
      : P(Values.program()), Graph(Graph), Budget(Budget),
        Costs(P.numFunctions()), State(P.numFunctions()) {
    for (const EffectSite &Site : Found.sites())
      if (Site.What.Kind != Category::Cpu)
        Blocking.insert(Site.Call);
  }
  std::vector<HeavyLoop> run();

private:
  uint64_t costOf(FunctionIndex F);
  uint64_t roundsOf(FunctionIndex F, uint16_t Loop);
  bool waitsInside(FunctionIndex F, uint16_t Loop) const;
  bool spins(FunctionIndex F, uint16_t Loop) const;
  void classify(FunctionIndex F, uint16_t Loop);

  const Program &P;
  const CallGraph &Graph;
  uint64_t Budget;
  /// Rounds of constant loops that one call of a function makes.
  std::vector<uint64_t> Costs;
  enum : uint8_t { New, Active, Done };
  std::vector<uint8_t> State;
  llvm::DenseSet<uint32_t> Blocking;
  std::vector<HeavyLoop> Heavy;
};

/// Constant rounds of innermost loops, callees included; a recursion counts
/// once.
uint64_t HeavyLoopFinder::costOf(FunctionIndex F) {
  if (State[F] == Active)
    return 0;
  if (State[F] == Done)
    return Costs[F];
  State[F] = Active;
  uint64_t Total = 0;
  for (uint16_t L = 1; L <= P.loops(F).size(); ++L)
    if (P.loops(F)[L - 1].Parent == 0)
      Total = llvm::SaturatingAdd(Total, roundsOf(F, L));
  for (const Edge &E : Graph.callees(F))
    if (P.summary().Calls[E.Call].Loop == 0 && E.Kind == EdgeKind::Call &&
        !P.isCoroutine(E.Callee))
      Total = llvm::SaturatingAdd(Total, costOf(E.Callee));
  State[F] = Done;
  return Costs[F] = Total;
}

/// Rounds of a loop's nest; 0 for what is not constant.
uint64_t HeavyLoopFinder::roundsOf(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (L.Flags & LF_AlwaysSuspends)
    return 0;
  uint64_t Inner = 0;
  for (uint16_t I = 1; I <= P.loops(F).size(); ++I)
    if (P.loops(F)[I - 1].Parent == Loop)
      Inner = llvm::SaturatingAdd(Inner, roundsOf(F, I));
  for (const Edge &E : Graph.callees(F))
    if (P.summary().Calls[E.Call].Loop == Loop && E.Kind == EdgeKind::Call &&
        !P.isCoroutine(E.Callee))
      Inner = llvm::SaturatingAdd(Inner, costOf(E.Callee));
  if (!(L.Flags & LF_ConstantTrips))
    return Inner;
  return llvm::SaturatingMultiply(L.Trips, std::max<uint64_t>(Inner, 1));
}

/// Whether some round waits: then the loop is not about computing.
bool HeavyLoopFinder::waitsInside(FunctionIndex F, uint16_t Loop) const {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (!isWithinLoop(P, F, Call.Loop, Loop))
      continue;
    if (Blocking.contains(CallIndex))
      return true;
    if (Call.Callee == NoIndex)
      continue;
    const FunctionKnowledge *K = P.knowledge(Call.Callee);
    // Undecided effects count as well: a read that may or may not block.
    if (K && (K->Multiplexer != WaitKind::None ||
              llvm::any_of(K->Effects, [](const EffectRule &R) {
                return R.What.Kind != Category::Cpu;
              })))
      return true;
  }
  // One call away: `while (true) step();`
  for (const Edge &E : Graph.callees(F)) {
    if (!isWithinLoop(P, F, P.summary().Calls[E.Call].Loop, Loop))
      continue;
    // What cannot be seen through may wait or throw.
    if (E.Kind != EdgeKind::Call)
      return true;
    for (const CallEdge &Inner : P.calls(E.Callee)) {
      const FunctionKnowledge *K =
          Inner.Callee == NoIndex ? nullptr : P.knowledge(Inner.Callee);
      if (Inner.Callee == NoIndex || (K && !K->Effects.empty()) ||
          (K && K->Multiplexer != WaitKind::None))
        return true;
    }
  }
  return false;
}

/// Nothing but looking at what another thread changes.
bool HeavyLoopFinder::spins(FunctionIndex F, uint16_t Loop) const {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (!(L.Flags & LF_EmptyBody))
    return false;
  bool Polls = L.Flags & LF_SpinsOnAtomic;
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    const CallEdge &Call = P.summary().Calls[Fn.FirstCall + I];
    if (!isWithinLoop(P, F, Call.Loop, Loop))
      continue;
    const FunctionKnowledge *K =
        Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
    if (!K || (!K->Polls && !K->Relaxes))
      return false;
    Polls |= K->Polls;
  }
  return Polls;
}

void HeavyLoopFinder::classify(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (L.Flags & LF_AlwaysSuspends)
    return;
  if (spins(F, Loop)) {
    Heavy.push_back({F, Loop, HeavyKind::Spins, 0, 0});
    return;
  }
  if (L.Flags & LF_Endless) {
    if (!waitsInside(F, Loop))
      Heavy.push_back({F, Loop, HeavyKind::Endless, 0, 0});
    return;
  }
  // A nest is reported once, at its outermost loop.
  if (uint64_t Rounds = roundsOf(F, Loop);
      Rounds > Budget && (L.Flags & LF_ConstantTrips)) {
    bool OuterToo = L.Parent != 0 && roundsOf(F, L.Parent) > Budget &&
                    (P.loops(F)[L.Parent - 1].Flags & LF_ConstantTrips);
    if (!OuterToo)
      Heavy.push_back({F, Loop, HeavyKind::ManyRounds, Rounds, 0});
    return;
  }
  if ((L.Flags & LF_SameBoundAsParent) && (L.Flags & LF_UnknownTrips) &&
      !(P.loops(F)[L.Parent - 1].Flags & LF_AlwaysSuspends))
    Heavy.push_back({F, L.Parent, HeavyKind::SuperLinear, 0, Loop});
}

std::vector<HeavyLoop> HeavyLoopFinder::run() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    if (P.function(F).Flags & FF_External)
      continue;
    for (uint16_t L = 1; L <= P.loops(F).size(); ++L)
      classify(F, L);
  }
  return std::move(Heavy);
}

} // namespace

std::vector<HeavyLoop> findHeavyLoops(const ValueFlow &Values,
                                      const CallGraph &Graph,
                                      const Effects &Found, uint64_t Budget) {
  return HeavyLoopFinder(Values, Graph, Found, Budget).run();
}

} // namespace nostall
