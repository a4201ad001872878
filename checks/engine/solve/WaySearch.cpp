//===- WaySearch.cpp - from the roots down the call graph -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/WaySearch.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace nostall {

bool WaySearch::IsLater::operator()(const Item &A, const Item &B) const {
  return std::tuple(-int(A.Way.Sure), A.Way.Cost, A.Order) >
         std::tuple(-int(B.Way.Sure), B.Way.Cost, B.Order);
}

void WaySearch::queue(Witness Way, FunctionIndex F) {
  Queue.push({std::move(Way), F, Order++});
}

void WaySearch::addRoots(llvm::ArrayRef<Root> Roots) {
  for (const Root &R : Roots) {
    uint32_t Index = Found.addRoot(R);
    queue({Index, NoIndex, NoIndex, 0, R.Sure, {}}, R.Function);
    if (R.Kind == RootKind::Loop || R.Kind == RootKind::HoldsGIL)
      continue;
    auto [Known, New] = QueuedRoots.try_emplace({R.Function, {}}, R.Sure, 0);
    if (!New)
      Known->second.first = std::max(Known->second.first, R.Sure);
  }
}

void WaySearch::spread(llvm::ArrayRef<Root> Roots) {
  addRoots(Roots);
  while (!Queue.empty()) {
    Item I = Queue.top();
    Queue.pop();
    if (admits(I))
      expand(I, Found.add(I.F, I.Way));
  }
}

/// Whether the way tells something new: a function is looked at once for each
/// choice of constants, and each of its event loops once. Of many choices, the
/// way forgets what tells them apart.
bool WaySearch::admits(Item &I) const {
  if (Found.isRegion(I.Way))
    return true;
  constexpr size_t MaxWays = 8;
  // First the classes are no longer told apart.
  if (Found.to(I.F).size() >= MaxWays)
    llvm::erase_if(I.Way.Passed, [](const BoundParam &B) {
      return B.What != BoundParam::Fact::Value;
    });
  if (Found.to(I.F).size() >= 2 * MaxWays)
    I.Way.Passed.clear();
  return !Found.covers(I.F, I.Way);
}

/// Queues what the way \p I, known as \p Index, runs next.
void WaySearch::expand(const Item &I, uint32_t Index) {
  bool WithGil = Found.isGil(I.Way);
  uint32_t EdgeIndex = Graph.callees(I.F).data() - Graph.edges().data();
  for (const Edge &E : Graph.callees(I.F)) {
    uint32_t Via = EdgeIndex++;
    if (!goesAlong(I, E))
      continue;
    // With the GIL, what is posted or stored for later has a root of its own,
    // or is run by the loop.
    if (!WithGil &&
        (P.isCoroutine(E.Callee) || isDispatch(E, Found.roots()[I.Way.Root])))
      startRoot(I, Index, E, Via);
    else
      queue({I.Way.Root, Via, Index, I.Way.Cost + Likely.costOf(E),
             sureAlong(I, E), Told.along(E, I.Way.Passed)},
            E.Callee);
  }
}

/// Whether the way leads to the edge's callee.
bool WaySearch::goesAlong(const Item &I, const Edge &E) const {
  if (P.isTrusted(E.Callee) || Tests.drives(I.F, E.Callee))
    return false;
  uint32_t Local = E.Call - P.function(I.F).FirstCall;
  if (!Found.isCallOnLoop(I.F, Local) ||
      !Told.allowsCall(I.Way.Passed, I.F, Local) ||
      !Told.allowsTarget(I.Way.Passed, E))
    return false;
  if (Found.isGil(I.Way))
    return !P.isCoroutine(E.Callee) && Found.makes(I.Way, I.F, Local) &&
           Gil.carries(E, Found.entersWithGil(I.Way));
  return !Found.isRegion(I.Way) ||
         isWithinLoop(P, I.F, P.summary().Calls[E.Call].Loop,
                      Found.roots()[I.Way.Root].Loop);
}

Confidence WaySearch::sureAlong(const Item &I, const Edge &E) const {
  // What a static local's initialiser runs is over after the first time,
  // mostly before the loop starts.
  if (Likely.isUnlikelyTarget(E, Found.roots()[I.Way.Root], Found) ||
      (P.summary().Calls[E.Call].Flags & CF_OnceOnly) ||
      Facts.at(I.F, E.Call - P.function(I.F).FirstCall).OnceOnly)
    return Confidence::Low;
  return std::min(I.Way.Sure, E.Sure);
}

/// Whether the edge hands control to a handler that someone registered: that is
/// where a reader looks, not the dispatcher that all handlers share.
bool WaySearch::isDispatch(const Edge &E, const Root &From) const {
  if (P.function(E.Callee).Flags & FF_External)
    return false;
  if (E.Kind == EdgeKind::Stored)
    return true;
  if (E.Kind != EdgeKind::Virtual)
    return false;
  if (From.Kind == RootKind::Loop)
    return true;
  // A base class's handler that leaves the work to its derived class.
  llvm::ArrayRef<Value> Object = P.argument(P.summary().Calls[E.Call], 0);
  return From.Kind == RootKind::Override && From.Dispatch != NoIndex &&
         From.Function == E.Caller && Object.size() == 1 &&
         Object[0].Kind == ValueKind::Param && Object[0].Data == 0;
}

/// The callee is its own root, as effects are reported in the innermost one;
/// unless it has become one in a way that is as good.
void WaySearch::startRoot(const Item &I, uint32_t Index, const Edge &E,
                          uint32_t Via) {
  const Root &From = Found.roots()[I.Way.Root];
  bool Dispatch = isDispatch(E, From);
  Confidence Sure = sureAlong(I, E);
  uint32_t Cost = Dispatch ? I.Way.Cost + Likely.costOf(E) : 0;
  Binding Passed = Dispatch ? Told.along(E, I.Way.Passed) : Binding();
  auto [Known, New] = QueuedRoots.try_emplace(
      {E.Callee, {Passed.begin(), Passed.end()}}, Sure, Cost);
  if (!New && std::tuple(-int(Known->second.first), Known->second.second) <=
                  std::tuple(-int(Sure), Cost))
    return;
  Known->second = {Sure, Cost};
  RootKind Kind = P.isCoroutine(E.Callee)       ? RootKind::Coroutine
                  : E.Kind == EdgeKind::Virtual ? RootKind::Override
                                                : RootKind::Callback;
  uint32_t NewRoot = Found.addRoot({.Kind = Kind,
                                    .Function = E.Callee,
                                    .Sure = Sure,
                                    .Call = E.Call,
                                    .By = E.Caller,
                                    .Framework = From.Framework,
                                    .Dispatch = Dispatch ? Via : NoIndex,
                                    .Parent = Index});
  queue({NewRoot, NoIndex, NoIndex, Cost, Sure, std::move(Passed)}, E.Callee);
}

} // namespace nostall
