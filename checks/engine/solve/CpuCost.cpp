//===- CpuCost.cpp - loops that compute for long ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CpuCost.h"

#include "engine/solve/EventLoops.h"
#include "engine/solve/LoopWork.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace nostall {
namespace {

class HeavyLoopFinder {
public:
  HeavyLoopFinder(const ValueFlow &Values, const CallGraph &Graph,
                  const Effects &Found, uint64_t Budget)
      : P(Values.program()), Graph(Graph), Budget(Budget), Counted(P, Graph),
        Ends(P.numFunctions()) {
    for (const EffectSite &Site : Found.sites())
      if (Site.What.Kind != Category::Cpu)
        Blocking.insert(Site.Call);
  }
  std::vector<HeavyLoop> run();

private:
  bool suspends(FunctionIndex F, uint16_t Loop) const {
    return suspendsInRounds(P, F, Loop);
  }
  // Constant trip counts.
  bool isTooLong(FunctionIndex F, uint16_t Loop, bool Certain);
  bool reportLong(FunctionIndex F, uint16_t Loop);
  // Endless loops.
  bool mayEnd(FunctionIndex F);
  bool mayEnd(FunctionIndex F, uint32_t CallIndex);
  bool hasWayOut(FunctionIndex F, uint16_t Loop);
  bool avoidsAwait(FunctionIndex F, uint32_t CallIndex) const;
  // Spinning.
  enum class Look { No, Neutral, Polls };
  Look looks(FunctionIndex F, uint16_t Loop, unsigned Depth) const;
  Look looks(FunctionIndex F, uint32_t CallIndex, unsigned Depth) const;
  bool spins(FunctionIndex F, uint16_t Loop) const;

  bool hasQuadraticParent(FunctionIndex F, uint16_t Loop) const;
  void classify(FunctionIndex F, uint16_t Loop);

  const Program &P;
  const CallGraph &Graph;
  uint64_t Budget;
  LoopWork Counted;
  enum : uint8_t { Unknown, Asked, Ending, Returning };
  std::vector<uint8_t> Ends;
  llvm::DenseSet<uint32_t> Blocking;
  std::vector<HeavyLoop> Heavy;
};

//===----------------------------------------------------------------------===//
// Constant trip counts
//===----------------------------------------------------------------------===//

bool HeavyLoopFinder::isTooLong(FunctionIndex F, uint16_t Loop, bool Certain) {
  uint16_t Flags = P.loops(F)[Loop - 1].Flags;
  if (!(Flags & LF_ConstantTrips) || (Certain && (Flags & LF_LeavesEarly)))
    return false;
  Estimate E = Counted.of(F, Loop);
  return (Certain ? E.Certain : E.Most).Cost > Budget;
}

/// A nest is reported once, at its outermost loop. True when the loop's trip
/// count says all that there is to say.
bool HeavyLoopFinder::reportLong(FunctionIndex F, uint16_t Loop) {
  bool Certain = isTooLong(F, Loop, true);
  if (!Certain && !isTooLong(F, Loop, false))
    return false;
  for (uint16_t Outer = P.loops(F)[Loop - 1].Parent;
       Outer != 0 && !suspends(F, Outer); Outer = P.loops(F)[Outer - 1].Parent)
    if (isTooLong(F, Outer, true) || (!Certain && isTooLong(F, Outer, false)))
      return true;
  Estimate E = Counted.of(F, Loop);
  Heavy.push_back({F, Loop, HeavyKind::ManyRounds,
                   (Certain ? E.Certain : E.Most).Rounds, Certain});
  return true;
}

//===----------------------------------------------------------------------===//
// Endless loops
//===----------------------------------------------------------------------===//

/// Whether the call may wait, throw or end the program: it is said to, or it
/// cannot be seen through.
bool HeavyLoopFinder::mayEnd(FunctionIndex F, uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield)
    return false;
  if (Blocking.contains(CallIndex) || Call.Callee == NoIndex ||
      (P.entity(Call.Callee).Flags & EF_NoReturn))
    return true;
  // Undecided effects count as well: a read that may or may not block.
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee))
    return K->Multiplexer != WaitKind::None ||
           llvm::any_of(K->Effects, [](const EffectRule &R) {
             return R.What.Kind != Category::Cpu;
           });
  bool Known = false;
  for (const Edge &E : Graph.callees(F))
    if (E.Call == CallIndex) {
      if (E.Kind != EdgeKind::Call || mayEnd(E.Callee))
        return true;
      Known = true;
    }
  return !Known && P.isActive(Call);
}

bool HeavyLoopFinder::mayEnd(FunctionIndex F) {
  const FunctionSummary &Fn = P.function(F);
  // Templates of the standard library are said to wait where they do.
  if (Fn.Flags & FF_External)
    return false;
  if (Fn.Flags & (FF_HasErrors | FF_Pattern))
    return true;
  if (Ends[F] != Unknown)
    return Ends[F] == Ending;
  Ends[F] = Asked;
  bool Result = false;
  for (uint32_t I = 0; I < Fn.NumCalls && !Result; ++I)
    Result = mayEnd(F, Fn.FirstCall + I);
  Ends[F] = Result ? Ending : Returning;
  return Result;
}

/// Whether the function can come back to the call without suspending.
bool HeavyLoopFinder::avoidsAwait(FunctionIndex F, uint32_t CallIndex) const {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  const FunctionSummary &Fn = P.function(F);
  const LUSummary &S = P.summary();
  auto Items = [&](uint32_t B) {
    return llvm::ArrayRef(S.FlowItems)
        .slice(Blocks[B].FirstItem, Blocks[B].NumItems);
  };
  auto Suspends = [&](uint32_t B) {
    return llvm::any_of(Items(B), [&](uint32_t Item) {
      CallKind Kind = S.Calls[Fn.FirstCall + Item].Kind;
      return Kind == CallKind::Await || Kind == CallKind::Yield;
    });
  };
  uint32_t Home = 0;
  while (Home < Blocks.size() &&
         !llvm::is_contained(Items(Home), CallIndex - Fn.FirstCall))
    ++Home;
  if (Home == Blocks.size())
    return true;
  if (Suspends(Home))
    return false;
  std::vector<bool> Seen(Blocks.size());
  std::vector<uint32_t> Open = {Home};
  while (!Open.empty()) {
    const FlowBlock &B = Blocks[Open.back()];
    Open.pop_back();
    for (const FlowSuccessor &Next :
         llvm::ArrayRef(S.Successors)
             .slice(B.FirstSuccessor, B.NumSuccessors)) {
      if (Next.Block == Home)
        return true;
      if (Next.Block == NoIndex || Seen[Next.Block] || Suspends(Next.Block))
        continue;
      Seen[Next.Block] = true;
      Open.push_back(Next.Block);
    }
  }
  return false;
}

/// Whether a call in some round waits or leaves; then the loop is not about
/// computing. With a suspension point on one way round, only the other ways
/// matter.
bool HeavyLoopFinder::hasWayOut(FunctionIndex F, uint16_t Loop) {
  const FunctionSummary &Fn = P.function(F);
  if (Fn.Flags & FF_HasErrors)
    return true; // What is missing may leave.
  bool Suspends = P.loops(F)[Loop - 1].Flags & LF_MaySuspend;
  for (uint32_t I = Fn.FirstCall; I < Fn.FirstCall + Fn.NumCalls; ++I)
    if (isWithinLoop(P, F, P.summary().Calls[I].Loop, Loop) && mayEnd(F, I) &&
        (!Suspends || avoidsAwait(F, I)))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// Spinning
//===----------------------------------------------------------------------===//

HeavyLoopFinder::Look HeavyLoopFinder::looks(FunctionIndex F,
                                             uint32_t CallIndex,
                                             unsigned Depth) const {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Callee == NoIndex)
    return Look::No;
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee))
    return K->Polls ? Look::Polls : K->Relaxes ? Look::Neutral : Look::No;
  Look Result = Look::No;
  for (const Edge &E : Graph.callees(F))
    if (E.Call == CallIndex) {
      // The standard library's are known by name or not at all.
      if (E.Kind != EdgeKind::Call || Depth == 0 || P.isCoroutine(E.Callee) ||
          (P.function(E.Callee).Flags & FF_External))
        return Look::No;
      Result = looks(E.Callee, uint16_t(0), Depth - 1);
    }
  return Result;
}

/// Whether the calls in \p Loop, or in the whole function for 0, do nothing
/// but look at what another thread changes.
HeavyLoopFinder::Look HeavyLoopFinder::looks(FunctionIndex F, uint16_t Loop,
                                             unsigned Depth) const {
  Look Result = Look::Neutral;
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = Fn.FirstCall; I < Fn.FirstCall + Fn.NumCalls; ++I) {
    const CallEdge &Call = P.summary().Calls[I];
    if ((Loop && !isWithinLoop(P, F, Call.Loop, Loop)) || !P.isActive(Call))
      continue;
    Look One = looks(F, I, Depth);
    if (One == Look::No)
      return One;
    if (One == Look::Polls)
      Result = One;
  }
  return Result;
}

bool HeavyLoopFinder::spins(FunctionIndex F, uint16_t Loop) const {
  uint16_t Flags = P.loops(F)[Loop - 1].Flags;
  if (!(Flags & LF_EmptyBody))
    return false;
  constexpr unsigned Depth = 3;
  Look Found = looks(F, Loop, Flags & LF_PureCalls ? Depth : 0);
  return Found == Look::Polls ||
         (Found == Look::Neutral && (Flags & LF_SpinsOnAtomic));
}

//===----------------------------------------------------------------------===//

bool HeavyLoopFinder::hasQuadraticParent(FunctionIndex F, uint16_t Loop) const {
  while ((Loop = P.loops(F)[Loop - 1].Parent) != 0)
    if (P.loops(F)[Loop - 1].Flags & LF_Quadratic)
      return true;
  return false;
}

void HeavyLoopFinder::classify(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (suspends(F, Loop))
    return;
  if (spins(F, Loop)) {
    Heavy.push_back({F, Loop, HeavyKind::Spins});
    return;
  }
  if (L.Flags & LF_Endless) {
    if (!hasWayOut(F, Loop))
      Heavy.push_back({F, Loop, HeavyKind::Endless});
    return;
  }
  if (reportLong(F, Loop) || hasQuadraticParent(F, Loop))
    return;
  if (L.Flags & LF_Quadratic)
    Heavy.push_back({F, Loop, HeavyKind::SuperLinear});
  else if ((L.Flags & LF_SameBoundAsParent) && !suspends(F, L.Parent))
    Heavy.push_back({F, L.Parent, HeavyKind::SuperLinear, 0, false});
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
