//===- Blockers.cpp - what blocks for long ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Blockers.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <set>

namespace nostall {

static bool blocks(const EffectSite &Site) {
  return Site.What.Severity >= Tier::Likely && Site.What.Kind != Category::Lock;
}

/// A line for a log seldom fills the buffer.
static bool isSlow(const EffectSite &Site) {
  return blocks(Site) && !(Site.Rule && Site.Rule->Buffer);
}

Blockers::Blockers(const Program &P, const CallGraph &Graph,
                   const Contexts &Where, const Effects &Found)
    : P(P), Graph(Graph), Any(P.numFunctions()), Likely(P.numFunctions()) {
  for (const EffectSite &Site : Found.sites())
    Sites[Site.In].push_back(&Site);
  findAny(Found);
  findLikely(Where, Found);
}

void Blockers::findAny(const Effects &Found) {
  std::vector<FunctionIndex> Work;
  auto Mark = [&](FunctionIndex F) {
    if (!Any[F] && !P.isTrusted(F)) {
      Any[F] = true;
      Work.push_back(F);
    }
  };
  for (const EffectSite &Site : Found.sites())
    if (blocks(Site))
      Mark(Site.In);
  while (!Work.empty()) {
    FunctionIndex F = Work.back();
    Work.pop_back();
    for (uint32_t Index : Graph.callers(F)) {
      const Edge &E = Graph.edges()[Index];
      if (E.Kind == EdgeKind::Call && E.Sure == Confidence::High)
        Mark(E.Caller);
    }
  }
}

void Blockers::findLikely(const Contexts &Where, const Effects &Found) {
  // As findings are bounded (docs/adr/0010): a holder that only a long way
  // leads to a wait is a guess.
  constexpr uint32_t MaxCost = 8;
  std::vector<uint32_t> Cost(P.numFunctions(), UINT32_MAX);
  std::set<std::pair<uint32_t, FunctionIndex>> Work;
  auto Offer = [&](FunctionIndex F, uint32_t New) {
    if (New > MaxCost || New >= Cost[F] || P.isTrusted(F))
      return;
    Work.erase({Cost[F], F});
    Cost[F] = New;
    Work.insert({New, F});
  };
  for (const EffectSite &Site : Found.sites())
    if (isSlow(Site))
      Offer(Site.In,
            Where.costOf(Site.In, Site.Call - P.function(Site.In).FirstCall));
  while (!Work.empty()) {
    auto [Least, F] = *Work.begin();
    Work.erase(Work.begin());
    for (uint32_t Index : Graph.callers(F)) {
      const Edge &E = Graph.edges()[Index];
      if (E.Kind == EdgeKind::Call && E.Sure == Confidence::High)
        Offer(E.Caller, Least + Where.costOf(E));
    }
  }
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    Likely[F] = Cost[F] <= MaxCost;
}

/// Whether the call itself blocks.
bool Blockers::isBlocking(FunctionIndex F, uint32_t Call) const {
  auto It = Sites.find(F);
  return It != Sites.end() &&
         llvm::any_of(It->second, [&](const EffectSite *Site) {
           return Site->Call == Call && blocks(*Site);
         });
}

bool Blockers::blocksAt(FunctionIndex F, uint32_t Call) const {
  return isBlocking(F, Call) || llvm::any_of(Graph.callees(F), [&](auto &E) {
           return E.Call == Call && Likely[E.Callee] &&
                  E.Kind != EdgeKind::Started;
         });
}

/// `condition.wait_for(mutex, ...)` gives back what a guard holds.
bool Blockers::isGiven(uint32_t CallIndex, SlotIndex Mutex) const {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
    for (const Value &V : P.argument(Call, Arg))
      if (V.Kind == ValueKind::Slot && V.Data == Mutex)
        return true;
  return false;
}

/// Whether a body gives back a mutex.
static bool releases(const Program &P, FunctionIndex Body) {
  return llvm::any_of(P.calls(Body), [&](const CallEdge &Call) {
    const FunctionKnowledge *K =
        Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
    return K && llvm::any_of(K->Locks, [](const LockRule &R) {
             return R.Operation == LockOperation::Release;
           });
  });
}

/// `ScopeUnlock Unlock(Mutex);`: its constructor unlocks, its destructor locks.
bool Blockers::unlocks(FunctionIndex F, SlotIndex Mutex) const {
  return llvm::any_of(P.calls(F), [&](const CallEdge &Call) {
    if (Call.Callee == NoIndex ||
        !(P.entity(Call.Callee).Flags & EF_Constructor) ||
        !isGiven(&Call - P.summary().Calls.data(), Mutex))
      return false;
    FunctionIndex Body = P.body(Call.Callee, F);
    return Body != NoIndex && releases(P, Body);
  });
}

bool Blockers::keepsAt(FunctionIndex F, uint32_t Call, SlotIndex Mutex) const {
  if (isBlocking(F, Call))
    return !isGiven(Call, Mutex);
  llvm::SmallVector<FunctionIndex, 16> Work;
  llvm::DenseSet<FunctionIndex> Seen;
  if (unlocks(F, Mutex))
    return false;
  auto Visit = [&](FunctionIndex G) {
    if (Likely[G] && Seen.insert(G).second && !unlocks(G, Mutex))
      Work.push_back(G);
  };
  for (const Edge &E : Graph.callees(F))
    if (E.Call == Call && E.Kind != EdgeKind::Started)
      Visit(E.Callee);
  while (!Work.empty()) {
    FunctionIndex G = Work.pop_back_val();
    if (auto It = Sites.find(G); It != Sites.end())
      for (const EffectSite *Site : It->second)
        if (isSlow(*Site) && !isGiven(Site->Call, Mutex))
          return true;
    for (const Edge &E : Graph.callees(G))
      if (E.Kind == EdgeKind::Call && E.Sure == Confidence::High)
        Visit(E.Callee);
  }
  return false;
}

} // namespace nostall
