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
#include "llvm/Support/SaveAndRestore.h"

#include <cmath>

namespace nostall {
namespace {

class HeavyLoopFinder {
public:
  HeavyLoopFinder(const ValueFlow &Values, const CallGraph &Graph,
                  const Effects &Found, const CpuBudget &Budget)
      : P(Values.program()), Graph(Graph), Slowness(Budget.Slowness),
        Budget(static_cast<uint64_t>(static_cast<double>(Budget.Nanoseconds) *
                                     PerNanosecond / Budget.Slowness)),
        Counted(Values, Graph), Ends(P.numFunctions()) {
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
  bool isInTooLong(FunctionIndex F, uint16_t Loop, bool Certain);
  bool reportLong(FunctionIndex F, uint16_t Loop);
  // Sizes that show at the call, or nowhere.
  void reportPassed(FunctionIndex F, uint32_t CallIndex);
  bool reportGrowing(FunctionIndex F, uint16_t Loop);
  bool reportLongRounds(FunctionIndex F, uint16_t Loop);
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

  uint64_t nanoseconds(uint64_t Cost) const {
    return static_cast<uint64_t>(static_cast<double>(Cost) * Slowness /
                                 PerNanosecond);
  }

  static constexpr double PerNanosecond = 1'000;
  const Program &P;
  const CallGraph &Graph;
  double Slowness;
  uint64_t Budget; ///< In picoseconds on the reference machine.
  LoopWork Counted;
  enum : uint8_t { Unknown, Asked, Ending, Returning };
  std::vector<uint8_t> Ends;
  unsigned Depth = 0; ///< Of mayEnd().
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

/// Whether a loop around \p Loop is reported with all that is in it.
bool HeavyLoopFinder::isInTooLong(FunctionIndex F, uint16_t Loop,
                                  bool Certain) {
  for (; Loop != 0 && !suspends(F, Loop); Loop = P.loops(F)[Loop - 1].Parent)
    if (isTooLong(F, Loop, true) || (!Certain && isTooLong(F, Loop, false)))
      return true;
  return false;
}

/// A nest is reported once, at its outermost loop. True when the loop's trip
/// count says all that there is to say.
bool HeavyLoopFinder::reportLong(FunctionIndex F, uint16_t Loop) {
  bool Certain = isTooLong(F, Loop, true);
  if (!Certain && !isTooLong(F, Loop, false))
    return false;
  if (isInTooLong(F, P.loops(F)[Loop - 1].Parent, Certain))
    return true;
  Estimate E = Counted.of(F, Loop);
  HeavyLoop Found{F, Loop, HeavyKind::ManyRounds};
  Found.Rounds = (Certain ? E.Certain : E.Most).Rounds;
  Found.Certain = Certain;
  Found.Cost = nanoseconds(Certain ? std::max(E.Expected.Cost, E.Certain.Cost)
                                   : E.Most.Cost);
  Heavy.push_back(Found);
  return true;
}

//===----------------------------------------------------------------------===//
// Sizes that show at the call, or nowhere
//===----------------------------------------------------------------------===//

void HeavyLoopFinder::reportPassed(FunctionIndex F, uint32_t CallIndex) {
  uint16_t Loop = P.summary().Calls[CallIndex].Loop;
  uint64_t Cost = Counted.passed(F, CallIndex);
  if (Cost <= Budget || isInTooLong(F, Loop, false))
    return;
  HeavyLoop Found{F, 0, HeavyKind::PassedSize};
  Found.Cost = nanoseconds(Cost);
  Found.Call = CallIndex;
  Heavy.push_back(Found);
}

/// Quadratic in the size of one container.
bool HeavyLoopFinder::reportGrowing(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  HeavyLoop Found{F, Loop, HeavyKind::SuperLinear};
  uint16_t Inner = 0;
  if (!(L.Flags & LF_Quadratic)) {
    if (!(L.Flags & LF_SameBoundAsParent) || suspends(F, L.Parent))
      return false;
    Found.Loop = L.Parent;
    Found.Certain = false;
    Inner = Loop;
  } else {
    for (uint16_t I = Loop + 1; I <= P.loops(F).size(); ++I)
      if (P.loops(F)[I - 1].Parent == Loop &&
          (P.loops(F)[I - 1].Flags & LF_UnknownTrips))
        Inner = I;
  }
  // Without an inner loop a round goes through the container in a call.
  constexpr double InCall = 8;
  uint64_t Cost = Counted.round(F, Inner ? Inner : Loop).Expected.Cost;
  double Round = std::max(static_cast<double>(Cost), 1.0) / (Inner ? 1 : InCall);
  Found.Elements =
      static_cast<uint64_t>(std::sqrt(static_cast<double>(Budget) / Round));
  Heavy.push_back(Found);
  return true;
}

/// A loop over data of which few elements cost the budget.
bool HeavyLoopFinder::reportLongRounds(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (!(L.Flags & LF_UnknownTrips))
    return false;
  Estimate Round = Counted.round(F, Loop);
  // Elements that are surely there, and as many as are often there: lists of
  // descriptors, of services or of a screen's lines are short.
  constexpr uint64_t Few = 2, Many = 10'000;
  HeavyLoop Found{F, Loop, HeavyKind::LongRounds};
  // One round that is too long is what is to be reported.
  if (Round.Certain.Cost > Budget)
    return false;
  Found.Certain = Round.Certain.Cost >= Budget / Few;
  uint64_t Cost = Found.Certain ? Round.Certain.Cost : Round.Expected.Cost;
  if (Cost < Budget / Many)
    return false;
  Found.Cost = nanoseconds(Cost);
  Found.Elements = Budget / Cost + 1;
  Heavy.push_back(Found);
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
  // What is called from so far down may well end the loop.
  constexpr unsigned MaxDepth = 500;
  if (Depth >= MaxDepth)
    return true;
  llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
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
  if (!reportGrowing(F, Loop))
    reportLongRounds(F, Loop);
}

std::vector<HeavyLoop> HeavyLoopFinder::run() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    if (P.function(F).Flags & FF_External)
      continue;
    for (uint16_t L = 1; L <= P.loops(F).size(); ++L)
      classify(F, L);
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = Fn.FirstCall; I != Fn.FirstCall + Fn.NumCalls; ++I)
      reportPassed(F, I);
  }
  return std::move(Heavy);
}

} // namespace

std::vector<HeavyLoop> findHeavyLoops(const ValueFlow &Values,
                                      const CallGraph &Graph,
                                      const Effects &Found,
                                      const CpuBudget &Budget) {
  return HeavyLoopFinder(Values, Graph, Found, Budget).run();
}

} // namespace nostall
