//===- Roots.cpp - where code on the loop begins ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Roots.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

const LibraryKnowledge *frameworkOf(const Program &P, FunctionIndex F) {
  const FunctionSummary &Fn = P.function(F);
  if (Fn.CoroutineType)
    if (const LibraryKnowledge *L =
            P.knowledge().libraryOf(P.string(Fn.CoroutineType)))
      return L;
  // Whatever it awaits comes from the framework as well.
  for (const CallEdge &Call : P.calls(F))
    if (Call.Callee != NoIndex)
      if (const FunctionKnowledge *K = P.knowledge(Call.Callee);
          K && !K->Library->Remedies.empty())
        return K->Library;
  return nullptr;
}

namespace {

class RootFinder {
public:
  RootFinder(const ValueFlow &Values, const CallGraph &Graph,
             const EventLoops &Loops, const GilFlow &Gil, const TestCode &Tests,
             ContextSpread &Contexts)
      : P(Values.program()), Values(Values), Graph(Graph), Loops(Loops),
        Gil(Gil), Tests(Tests), Contexts(Contexts) {}
  FoundRoots run();

private:
  void addEntries();
  const FunctionKnowledge *declaredContext(FunctionIndex F) const;
  void addDeclaredContexts();
  void addHandWrittenLoops();
  void addAnnotated();
  void addStartedByMain();
  void addAssumed(FunctionIndex F);
  void addAssumedCoroutines();
  void addTakingGil();

  const Program &P;
  const ValueFlow &Values;
  const CallGraph &Graph;
  const EventLoops &Loops;
  const GilFlow &Gil;
  const TestCode &Tests;
  ContextSpread &Contexts;
  FoundRoots Found;
};

} // namespace

static uint8_t bitOf(RunsIn R) {
  switch (R) {
  case RunsIn::Loop:
  case RunsIn::Executor:
    return EC_EventLoop;
  case RunsIn::Worker:
    return EC_Worker;
  case RunsIn::Child:
    return EC_Child;
  case RunsIn::Gil:
    return EC_HoldsGIL;
  case RunsIn::Inline:
  case RunsIn::Sync:
    break;
  }
  return EC_Unknown;
}

/// What libraries run.
void RootFinder::addEntries() {
  for (const Entry &E : Graph.entries()) {
    if (E.By != NoIndex && Tests.drives(E.By, E.Function))
      continue;
    Contexts.add(E.Function, bitOf(E.Where));
    if (E.Where == RunsIn::Gil)
      Found.GivenGil.push_back({RootKind::HoldsGIL, E.Function, 0, E.Sure,
                                E.Call, E.By, E.Store, nullptr, E.Library});
    if (E.Where != RunsIn::Loop)
      continue;
    RootKind Kind =
        P.isCoroutine(E.Function) ? RootKind::Coroutine : RootKind::Callback;
    Found.OnLoop.push_back({Kind, E.Function, 0, E.Sure, E.Call, E.By, E.Store,
                            nullptr, E.Library});
  }
}

/// The knowledge that says where \p F runs: its own, or that of a function
/// which it overrides. Null for none.
const FunctionKnowledge *RootFinder::declaredContext(FunctionIndex F) const {
  EntityIndex Entity = P.function(F).Entity;
  if (const FunctionKnowledge *Own = P.knowledge(Entity); Own && Own->Context)
    return Own;
  if (P.entity(Entity).Flags & EF_Virtual)
    for (EntityIndex Base : P.overridden(Entity))
      if (const FunctionKnowledge *K = P.knowledge(Base); K && K->Context)
        return K;
  return nullptr;
}

void RootFinder::addDeclaredContexts() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    const FunctionKnowledge *Rule = declaredContext(F);
    if (!Rule)
      continue;
    bool Own = Rule == P.knowledge(Fn.Entity);
    // An object that was moved to a thread of its own.
    if (!Own && (Values.classMarks(P.nameOf(Fn).rsplit("::").first) &
                 T_WorkerExecutor)) {
      Contexts.add(F, EC_Worker);
      continue;
    }
    Contexts.add(F, bitOf(*Rule->Context));
    if (*Rule->Context == RunsIn::Loop)
      Found.OnLoop.push_back(
          {.Kind = Own ? RootKind::Annotated : RootKind::Override,
           .Function = F,
           .Rule = Rule});
    else if (*Rule->Context == RunsIn::Gil)
      Found.GivenGil.push_back(
          {.Kind = RootKind::HoldsGIL, .Function = F, .Rule = Rule});
  }
}

void RootFinder::addHandWrittenLoops() {
  for (const EventLoop &L : Loops.Loops)
    Found.OnLoop.push_back({.Kind = RootKind::Loop,
                            .Function = L.Function,
                            .Loop = L.Loop,
                            .Call = L.Wait,
                            .By = L.Function});
}

/// What the sources declare, and what the language says of its own functions.
void RootFinder::addAnnotated() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    uint32_t Flags = P.function(F).Flags;
    if ((Flags & FF_Nonblocking) ||
        (P.declared(P.function(F).Entity) & EF_DeclaredLoop)) {
      Contexts.add(F, EC_EventLoop);
      Found.OnLoop.push_back({.Kind = RootKind::Annotated, .Function = F});
    } else if ((Flags & FF_AwaiterHook) && Graph.callers(F).empty() &&
               !(Flags & FF_External)) {
      Contexts.add(F, EC_EventLoop);
      Found.OnLoop.push_back({.Kind = RootKind::Awaiter,
                              .Function = F,
                              .Sure = Confidence::Medium});
    }
    if (Flags & FF_Main)
      Contexts.add(F, EC_Main);
  }
}

/// Coroutines that the main thread starts before it runs the loop.
void RootFinder::addStartedByMain() {
  for (const Edge &E : Graph.edges())
    if (E.Kind == EdgeKind::Started && P.isCoroutine(E.Callee) &&
        !P.isCoroutine(E.Caller) && (Contexts.of(E.Caller) & EC_Main) &&
        !(Contexts.of(E.Caller) & EC_EventLoop) &&
        !Tests.drives(E.Caller, E.Callee) && (Contexts.along(E) & EC_EventLoop))
      Found.OnLoop.push_back({.Kind = RootKind::Coroutine,
                              .Function = E.Callee,
                              .Sure = E.Sure,
                              .Call = E.Call,
                              .By = E.Caller});
}

void RootFinder::addAssumed(FunctionIndex F) {
  Contexts.add(F, EC_EventLoop);
  Found.OnLoop.push_back(
      {.Kind = RootKind::Coroutine, .Function = F, .Sure = Confidence::Medium});
}

/// Coroutines of which no start, or not every start, is known.
void RootFinder::addAssumedCoroutines() {
  std::vector<FunctionIndex> Assumed;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionKnowledge *Rule = P.knowledge(P.function(F).Entity);
    if (P.isCoroutine(F) && !(Contexts.of(F) & EC_EventLoop) &&
        !(Rule && Rule->Context) &&
        (Contexts.of(F) == EC_Unknown || Graph.hasUnknownStart(F)))
      Assumed.push_back(F);
  }
  // Those that others start first have their context from them.
  for (FunctionIndex F : Assumed) {
    bool StartedByOthers = llvm::any_of(Graph.callers(F), [&](uint32_t I) {
      const Edge &E = Graph.edges()[I];
      return E.Kind == EdgeKind::Started && E.Caller != F &&
             P.isCoroutine(E.Caller);
    });
    if (!StartedByOthers || Graph.hasUnknownStart(F))
      addAssumed(F);
  }
  Contexts.spread();
  // Cycles of coroutines that only start each other.
  for (FunctionIndex F : Assumed)
    if (Contexts.of(F) == EC_Unknown) {
      addAssumed(F);
      Contexts.spread();
    }
}

void RootFinder::addTakingGil() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    uint32_t Taking = Gil.takes(F);
    if (Taking == NoIndex || P.isCoroutine(F) ||
        (P.function(F).Flags & FF_External))
      continue;
    Found.TakingGil.push_back({.Kind = RootKind::HoldsGIL,
                               .Function = F,
                               .Call = P.function(F).FirstCall + Taking,
                               .By = F,
                               .Framework = Gil.libraryOf(F),
                               .TakesGil = true});
  }
}

FoundRoots RootFinder::run() {
  addEntries();
  addDeclaredContexts();
  addHandWrittenLoops();
  addAnnotated();
  Contexts.spread();
  addStartedByMain();
  addAssumedCoroutines();
  addTakingGil();
  return std::move(Found);
}

FoundRoots findRoots(const ValueFlow &Values, const CallGraph &Graph,
                     const EventLoops &Loops, const GilFlow &Gil,
                     const TestCode &Tests, ContextSpread &Contexts) {
  return RootFinder(Values, Graph, Loops, Gil, Tests, Contexts).run();
}

} // namespace nostall
