//===- LoopWork.cpp - the work of loops and calls ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopWork.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <queue>

namespace nostall {

void Work::add(const Work &Other) {
  Rounds = llvm::SaturatingAdd(Rounds, Other.Rounds);
  Cost = llvm::SaturatingAdd(Cost, Other.Cost);
}

Work Work::repeated(uint64_t Trips) const {
  return {llvm::SaturatingMultiply(Trips, std::max<uint64_t>(Rounds, 1)),
          llvm::SaturatingMultiply(Trips, Cost)};
}

Work Work::scaled(double Chance) const {
  if (Chance >= 1)
    return *this;
  return {static_cast<uint64_t>(static_cast<double>(Rounds) * Chance),
          static_cast<uint64_t>(static_cast<double>(Cost) * Chance)};
}

void Estimate::add(const Estimate &Other, double Chance) {
  Certain.add(Other.Certain);
  Most.add(Other.Most);
  Expected.add(Other.Expected.scaled(Chance));
  for (const WorkPerParam &One : Other.PerParam)
    PerParam.push_back({One.Param, One.Cost * Chance});
}

static uint64_t picoseconds(double Amount) {
  return Amount >= 1e18 ? uint64_t(1e18) : static_cast<uint64_t>(Amount);
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

namespace {
/// In picoseconds.
constexpr double CallOverhead = 1'000, DispatchOverhead = 1'500,
                 /// A function that is not known, of the program mostly.
    UnknownTarget = 20'000,
                 /// A library function of which nothing is known; most that
                 /// stand in loops are accessors.
    UnknownCall = 5'000, StandardCall = 1'000, ImplicitCall = 1'000;
} // namespace

std::optional<double> LoopWork::known(FunctionIndex F,
                                      const CallEdge &Call) const {
  const CostRule *Found = Call.Callee == NoIndex ? nullptr : P.cost(Call.Callee);
  if (!Found)
    return std::nullopt;
  constexpr double PerNanosecond = 1'000;
  const CostRule &Rule = *Found;
  if (Rule.Unit.empty())
    return Rule.Nanoseconds * PerNanosecond;
  if (!Rule.Size)
    return std::nullopt;
  for (unsigned Position : Values.positions(Call, *Rule.Size))
    if (std::optional<int64_t> Size = Values.constant(F, Call, Position))
      return Rule.of(static_cast<double>(std::max<int64_t>(*Size, 0))) *
             PerNanosecond;
  return std::nullopt;
}

/// What the call costs without what its callee does, or with it where that is
/// a library's.
double LoopWork::ownCost(FunctionIndex F, uint32_t CallIndex) const {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield ||
      !P.isActive(Call) || (Call.Flags & CF_OnceOnly))
    return 0;
  if (Call.Kind != CallKind::Direct || Call.Callee == NoIndex)
    return llvm::any_of(Graph.callees(F),
                        [&](const Edge &E) { return E.Call == CallIndex; })
               ? DispatchOverhead
               : UnknownTarget;
  if (std::optional<double> Known = known(F, Call))
    return *Known;
  FunctionIndex Body = P.body(Call.Callee, F);
  if (Body == NoIndex)
    return Call.Flags & CF_Implicit                    ? ImplicitCall
           : P.nameOf(Call.Callee).starts_with("std::") ? StandardCall
                                                        : UnknownCall;
  // Small ones are inlined, and so are the standard library's templates.
  constexpr uint32_t Small = 3'000;
  const FunctionSummary &Fn = P.function(Body);
  bool IsInlined = (Fn.Flags & (FF_External | FF_Lambda)) ||
                   (Fn.Cost < Small && Fn.NumLoops == 0 && Fn.NumCalls <= 2);
  return IsInlined ? 0 : CallOverhead;
}

void LoopWork::addKnownCalls(FunctionIndex F, uint16_t Loop, Estimate &To) {
  const FunctionSummary &Fn = P.function(F);
  double Sum = 0;
  for (uint32_t I = Fn.FirstCall; I != Fn.FirstCall + Fn.NumCalls; ++I)
    if (const CallEdge &Call = P.summary().Calls[I]; Call.Loop == Loop)
      Sum += ownCost(F, I) * chanceOf(Call.Chance);
  Work Added{0, picoseconds(Sum)};
  To.Certain.add(Added);
  To.Most.add(Added);
  To.Expected.add(Added);
}

/// Of loops that a parameter bounds, with what the call passes for it.
void LoopWork::addPerParam(FunctionIndex F, const CallEdge &Call,
                           const Estimate &Callee, double Chance,
                           Estimate &To) {
  for (const WorkPerParam &One : Callee.PerParam) {
    if (std::optional<int64_t> Size = Values.constant(F, Call, One.Param)) {
      double Units = static_cast<double>(std::max<int64_t>(*Size, 0));
      Work Passed{0, picoseconds(One.Cost * Units * Chance)};
      To.Expected.add(Passed);
      To.Most.add(Passed);
      if (Call.Chance == 255)
        To.Certain.add(Passed);
      continue;
    }
    OriginList From = Values.argument(F, Call, One.Param);
    if (From.size() == 1 && From[0].Kind == OriginKind::Param)
      To.PerParam.push_back(
          {static_cast<unsigned>(From[0].Data), One.Cost * Chance});
    else
      To.Expected.add({0, picoseconds(One.Cost * AssumedRounds * Chance)});
  }
}

/// Costly work that a condition guards is mostly what spares others the same:
/// refilling a buffer, growing a table, the first use. By how much less often
/// than the condition says it is done.
static double slowPathShare(const Estimate &Callee) {
  constexpr double Cheap = 100'000; // Picoseconds.
  double Cost = static_cast<double>(Callee.Expected.Cost);
  for (const WorkPerParam &One : Callee.PerParam)
    Cost += One.Cost * AssumedRounds;
  return Cost <= Cheap ? 1 : std::sqrt(Cheap / Cost);
}

/// What callees of calls in \p Loop do; 0 stands for outside of any loop.
void LoopWork::addCallees(FunctionIndex F, uint16_t Loop, Estimate &To) {
  const FunctionSummary &Fn = P.function(F);
  std::vector<Work> OfCalls;
  for (const Edge &E : Graph.callees(F)) {
    const CallEdge &Call = P.summary().Calls[E.Call];
    if (Call.Loop != Loop || (Call.Flags & CF_OnceOnly) ||
        E.Kind != EdgeKind::Call || P.isCoroutine(E.Callee) ||
        known(F, Call))
      continue;
    const Estimate &Callee = of(E.Callee);
    const double Chance = chanceOf(Call.Chance) *
                          (Call.Chance == 255 ? 1 : slowPathShare(Callee));
    To.Most.add(Callee.Most);
    To.Expected.add(Callee.Expected.scaled(Chance));
    addPerParam(F, Call, Callee, Chance, To);
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

void LoopWork::addCalls(FunctionIndex F, uint16_t Loop, Estimate &To) {
  addKnownCalls(F, Loop, To);
  addCallees(F, Loop, To);
}

/// Callees before callers, without recursion: ways through a program are as
/// long as it is large.
void LoopWork::addUpAll() {
  struct Visit {
    FunctionIndex F;
    size_t NextEdge;
  };
  std::vector<bool> Seen(P.numFunctions());
  std::vector<Visit> Open;
  for (FunctionIndex Root = 0; Root != P.numFunctions(); ++Root) {
    if (Seen[Root])
      continue;
    Seen[Root] = true;
    Open.push_back({Root, 0});
    while (!Open.empty()) {
      Visit &Top = Open.back();
      llvm::ArrayRef<Edge> Edges = Graph.callees(Top.F);
      if (Top.NextEdge == Edges.size()) {
        addUp(Top.F);
        Open.pop_back();
        continue;
      }
      const Edge &E = Edges[Top.NextEdge++];
      if (E.Kind == EdgeKind::Call && !Seen[E.Callee]) {
        Seen[E.Callee] = true;
        Open.push_back({E.Callee, 0});
      }
    }
  }
}

/// Of one call, callees included; a recursion counts once.
void LoopWork::addUp(FunctionIndex F) {
  Estimate Total;
  Total.Certain.Cost = Total.Most.Cost = Total.Expected.Cost =
      P.function(F).Cost;
  for (uint16_t L = 1; L <= P.loops(F).size(); ++L)
    if (P.loops(F)[L - 1].Parent == 0)
      Total.add(of(F, L), chanceOf(P.loops(F)[L - 1].Chance));
  addCalls(F, 0, Total);
  // Guesses about sizes must not multiply from call to call.
  if (Counted.empty())
    Total.Expected.Cost =
        std::min(Total.Expected.Cost,
                 llvm::SaturatingMultiply(AssumedRounds, Total.Certain.Cost));
  Costs[F] = std::move(Total);
}

Estimate LoopWork::ownRound(FunctionIndex F, uint16_t Loop) {
  Estimate Round;
  Round.Certain.Cost = Round.Most.Cost = Round.Expected.Cost =
      P.loops(F)[Loop - 1].Cost;
  addCalls(F, Loop, Round);
  return Round;
}

Estimate LoopWork::round(FunctionIndex F, uint16_t Loop) {
  Estimate Round = ownRound(F, Loop);
  for (uint16_t I = Loop + 1; I <= P.loops(F).size(); ++I)
    if (P.loops(F)[I - 1].Parent == Loop)
      Round.add(of(F, I), chanceOf(P.loops(F)[I - 1].Chance));
  return Round;
}

Estimate LoopWork::of(FunctionIndex F, uint16_t Loop) {
  const nostall::Loop &L = P.loops(F)[Loop - 1];
  if (suspendsInRounds(P, F, Loop))
    return {};
  Estimate Result = round(F, Loop);
  if (L.Flags & LF_ConstantTrips) {
    if (L.Trips == 0)
      return {};
    bool Early = L.Flags & LF_LeavesEarly;
    if (!Early)
      Result.Certain = Result.Certain.repeated(L.Trips);
    Result.Most = Result.Most.repeated(L.Trips);
    uint64_t Likely = Early ? (L.Trips + 1) / 2 : L.Trips;
    Result.Expected = Result.Expected.repeated(Likely);
    for (WorkPerParam &One : Result.PerParam)
      One.Cost *= static_cast<double>(Likely);
    return Result;
  }
  if (auto Found = Counted.find({L.Loc.File, L.Loc.Line, L.Loc.Column});
      Found != Counted.end()) {
    Result.Expected.Cost =
        picoseconds(static_cast<double>(Result.Expected.Cost) * Found->second);
    for (WorkPerParam &One : Result.PerParam)
      One.Cost *= Found->second;
    return Result;
  }
  if (L.BoundParam) {
    // What a round does for certain: findings rest on it.
    Result.PerParam = {{L.BoundParam,
                        static_cast<double>(Result.Certain.Cost) /
                            L.BoundStep}};
    Result.Expected = {};
    return Result;
  }
  Result.Expected = Result.Expected.repeated(AssumedRounds);
  for (WorkPerParam &One : Result.PerParam)
    One.Cost *= AssumedRounds;
  return Result;
}

uint64_t LoopWork::passed(FunctionIndex F, uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  uint64_t Sum = 0;
  for (const Edge &E : Graph.callees(F)) {
    if (E.Call != CallIndex || E.Kind != EdgeKind::Call ||
        P.isCoroutine(E.Callee) || known(F, Call))
      continue;
    for (const WorkPerParam &One : of(E.Callee).PerParam)
      if (std::optional<int64_t> Size = Values.constant(F, Call, One.Param))
        Sum = llvm::SaturatingAdd(
            Sum, picoseconds(One.Cost * static_cast<double>(
                                            std::max<int64_t>(*Size, 0))));
  }
  return Sum;
}

} // namespace nostall
