//===- LoopCompletions.cpp - who ends a wait --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopCompletions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// The likelier of two; nothing is the least.
static std::optional<Completion> surer(std::optional<Completion> A,
                                std::optional<Completion> B) {
  return !A || (B && B->Sure > A->Sure) ? B : A;
}

bool Waiter::isDecidedIn(FunctionIndex F) const {
  return llvm::any_of(Active,
                      [&](const ActiveCall &At) { return At.In == F; });
}

llvm::ArrayRef<ActiveCall> Waiter::above(FunctionIndex F) const {
  for (size_t I = 0; I < Active.size(); ++I)
    if (Active[I].In == F)
      return llvm::ArrayRef(Active).drop_front(I + 1);
  return {};
}

LoopCompletions::LoopCompletions(const Solution &S,
                                 const ProgramObjects &Objects,
                                 const LoopObjects &Loops)
    : S(S), P(S.P), Objects(Objects), Loops(Loops) {
  for (const EffectSite &Site : S.Found.sites())
    if (Site.Rule->Until)
      WaitsIn[Site.SinkIn].push_back(&Site);
  for (const Entry &E : S.Graph.entries())
    EntriesOf[E.Function].push_back(&E);
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
      EntityIndex Callee = P.calls(F)[I].Callee;
      const FunctionKnowledge *K =
          Callee == NoIndex ? nullptr : P.knowledge(Callee);
      if (K && K->Completes)
        Setters.push_back({{F, Fn.FirstCall + I},
                           Objects.argument(F, Fn.FirstCall + I,
                                            *K->Completes)});
    }
  }
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

/// The functions from which calls lead to \p F.
const std::set<FunctionIndex> &
LoopCompletions::leadingTo(FunctionIndex F) const {
  constexpr size_t MaxFunctions = 400;
  auto [Known, New] = Leading.try_emplace(F);
  std::set<FunctionIndex> &Seen = Known->second;
  if (!New)
    return Seen;
  Seen.insert(F);
  llvm::SmallVector<FunctionIndex, 16> Work = {F};
  while (!Work.empty() && Seen.size() < MaxFunctions) {
    FunctionIndex G = Work.pop_back_val();
    for (uint32_t Index : S.Graph.callers(G))
      if (Seen.insert(S.Graph.edges()[Index].Caller).second)
        Work.push_back(S.Graph.edges()[Index].Caller);
  }
  return Seen;
}

/// Whether the call lets a loop do some of its work.
bool LoopCompletions::servesLoop(const CallEdge &Call) const {
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  return K && (K->NestsLoop || llvm::any_of(K->Effects, [](const auto &R) {
                 return R.Reenters.has_value();
               }));
}

bool LoopCompletions::isOnTheWay(uint32_t Call, const Waiter &W) const {
  FunctionIndex Maker = P.functionOfCall(Call);
  auto LoopRanBetween = [&](FunctionIndex F, uint32_t First, uint32_t Last) {
    for (uint32_t I = First + 1; I < Last; ++I) {
      const CallEdge &Between = P.summary().Calls[I];
      bool Suspends =
          Between.Kind == CallKind::Await || Between.Kind == CallKind::Yield;
      if ((Suspends && P.isCoroutine(F)) || servesLoop(Between))
        return true;
    }
    return false;
  };
  const std::set<FunctionIndex> &Leading = leadingTo(Maker);
  for (const ActiveCall &At : W.Way) {
    if (At.In == Maker)
      return Call < At.Call && !LoopRanBetween(At.In, Call, At.Call);
    // In a helper that was called before.
    for (const Edge &E : S.Graph.callees(At.In))
      if (E.Call < At.Call && E.Kind != EdgeKind::Started &&
          !P.isCoroutine(E.Callee) && Leading.count(E.Callee))
        return !LoopRanBetween(At.In, E.Call, At.Call);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Who ends the wait
//===----------------------------------------------------------------------===//

/// The result comes when the thread of \p Arg, an executor, has its turn.
std::optional<Completion>
LoopCompletions::byExecutor(FunctionIndex Maker, uint32_t Call,
                           const ArgSelector &Arg, const Waiter &W) const {
  const CallEdge &Edge = P.summary().Calls[Call];
  for (unsigned Position : S.Values.positions(Edge, Arg)) {
    TraitAnswer A = traitsOf(S.Values, Maker, P.argument(Edge, Position));
    if (A.Known && (A.Traits & T_WorkerExecutor))
      return std::nullopt;
  }
  ObjectSet Loop = Objects.argument(Maker, Call, Arg, W.above(Maker));
  W.OfCaller |= Loop.OfCaller && W.isDecidedIn(Maker);
  std::optional<Confidence> Own =
      Loops.isOwn(W.Loop, Loop, P.knowledge(Edge.Callee)->Library);
  if (!Own)
    return std::nullopt;
  return Completion{DeadlockKind::Result, *Own, Call, NoIndex, NoIndex};
}

/// \p Applies tells whether the knowledge says anything of the call.
LoopCompletions::Answer LoopCompletions::byResult(uint32_t Call,
                                                  const Waiter &W,
                                                  bool &Applies) const {
  EntityIndex Callee = P.summary().Calls[Call].Callee;
  const FunctionKnowledge *K =
      Callee == NoIndex ? nullptr : P.knowledge(Callee);
  FunctionIndex Maker = P.functionOfCall(Call);
  if (!K || Maker == NoIndex)
    return std::nullopt;
  const CallEdge &Edge = P.summary().Calls[Call];
  for (const ResultRule &R : K->ResultBy) {
    if (holdsAll(S.Values, Maker, Edge, R.When) != Truth::True)
      continue;
    const ArgSelector &Arg = R.Callable ? *R.Callable : *R.Executor;
    if (llvm::all_of(S.Values.positions(Edge, Arg), [&](unsigned Position) {
          return P.argument(Edge, Position).empty();
        }))
      continue;
    Applies = true;
    Answer Best;
    if (R.Executor)
      Best = byExecutor(Maker, Call, Arg, W);
    else
      for (const auto &[Body, Made] :
           Objects.argument(Maker, Call, Arg).Bodies)
        Best = surer(Best, byBody(Body, W));
    if (Best && !isOnTheWay(Call, W))
      Best->Sure = Best->Kind == DeadlockKind::Thread
                       ? std::min(Best->Sure, Confidence::Medium)
                       : Confidence::Low;
    return Best;
  }
  return std::nullopt;
}

/// All that it may be the result of must be the loop's to bring about.
std::optional<Completion>
LoopCompletions::byResults(const ObjectSet &Object, const Waiter &W) const {
  Answer Least;
  for (const ObjectPlace &Place : Object.Places) {
    if (Place.K != ObjectPlace::Kind::Made)
      continue;
    bool Applies = false;
    Answer A = byResult(Place.Index, W, Applies);
    if (!Applies)
      continue;
    if (!A)
      return std::nullopt;
    if (!Least || A->Sure < Least->Sure)
      Least = A;
  }
  return Least;
}

/// The calls that have \p F run: each must give it to the waiter's loop.
/// False when one does not.
bool LoopCompletions::addEntries(FunctionIndex F, const Waiter &W,
                                 Completion &To) const {
  for (const Entry *E : EntriesOf.at(F)) {
    if (E->Where != RunsIn::Loop || E->Call == NoIndex)
      return false;
    ObjectSet Loop = Loops.loopOfEntry(E->By, E->Call, W.above(E->By));
    W.OfCaller |= Loop.OfCaller && W.isDecidedIn(E->By);
    std::optional<Confidence> Sure = Loops.isOwn(W.Loop, Loop, E->Library);
    if (!Sure)
      return false;
    if (E->Sure == Confidence::Low || !isOnTheWay(E->Call, W))
      Sure = Confidence::Low;
    if (To.Given == NoIndex || *Sure < To.Sure)
      To.Given = E->Call;
    To.Sure = std::min(To.Sure, *Sure);
  }
  return true;
}

/// \p F is run by the loop, in a turn after this one, and by nobody else.
std::optional<Completion> LoopCompletions::byLaterRun(FunctionIndex F,
                                                     const Waiter &W) const {
  constexpr size_t MaxFunctions = 100;
  if (S.Where.bits(F) != EC_EventLoop)
    return std::nullopt;
  Completion Best{DeadlockKind::Callable, Confidence::High, NoIndex, NoIndex,
                  F};
  std::set<FunctionIndex> Seen = {F};
  llvm::SmallVector<FunctionIndex, 8> Work = {F};
  while (!Work.empty()) {
    FunctionIndex G = Work.pop_back_val();
    // Within the wait's own turn it is done before, or never.
    if (Seen.size() > MaxFunctions ||
        llvm::any_of(W.Way,
                     [&](const ActiveCall &At) { return At.In == G; }))
      return std::nullopt;
    auto Entries = EntriesOf.find(G);
    bool IsEntry = Entries != EntriesOf.end();
    if (!IsEntry && S.Graph.callers(G).empty())
      return std::nullopt; // By nobody that we can see.
    if (IsEntry && !addEntries(G, W, Best))
      return std::nullopt;
    for (uint32_t Index : S.Graph.callers(G))
      if (Seen.insert(S.Graph.edges()[Index].Caller).second)
        Work.push_back(S.Graph.edges()[Index].Caller);
  }
  return Best.Given == NoIndex ? std::nullopt : std::optional(Best);
}

LoopCompletions::Answer LoopCompletions::byPromise(const ObjectSet &Object,
                                                   const Waiter &W) const {
  Answer Least;
  for (const auto &[At, Promise] : Setters) {
    if (compare(Object, Promise) != Sameness::Same)
      continue;
    Answer A = byLaterRun(At.In, W);
    if (!A)
      return std::nullopt;
    A->Kind = DeadlockKind::Fulfilled;
    A->Done = At.Call;
    if (!Least || A->Sure < Least->Sure)
      Least = A;
  }
  return Least;
}

/// The body of a thread, or what it calls, waits for the waiter's loop.
LoopCompletions::Answer LoopCompletions::byThread(FunctionIndex Body,
                                                  const Waiter &W) const {
  constexpr unsigned MaxDepth = 3;
  constexpr size_t MaxFunctions = 200;
  if (W.Depth >= MaxDepth)
    return std::nullopt;
  Answer Best;
  std::map<FunctionIndex, Frames> Ways = {{Body, {}}};
  llvm::SmallVector<FunctionIndex, 16> Work = {Body};
  while (!Work.empty() && Ways.size() < MaxFunctions) {
    FunctionIndex F = Work.pop_back_val();
    if (auto Waits = WaitsIn.find(F); Waits != WaitsIn.end())
      for (const EffectSite *Site : Waits->second) {
        Waiter Inner{{{F, Site->SinkCall}}, {}, W.Loop, W.Depth + 1};
        llvm::append_range(Inner.Active, Ways[F]);
        Inner.Way = Inner.Active;
        Answer A = waited(*Site, Inner);
        if (!A)
          continue;
        A->Kind = DeadlockKind::Thread;
        A->Done = Site->SinkCall;
        A->Body = Body;
        Best = surer(Best, A);
      }
    for (const Edge &E : S.Graph.callees(F)) {
      if (P.isCoroutine(E.Callee) || Ways.count(E.Callee))
        continue;
      Frames Way = {{F, E.Call,
                     E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual}};
      llvm::append_range(Way, Ways[F]);
      Ways[E.Callee] = std::move(Way);
      Work.push_back(E.Callee);
    }
  }
  return Best;
}

/// The coroutine, run to its end here, suspends until the loop resumes it.
/// \p Above made its task.
std::optional<Completion>
LoopCompletions::byTask(FunctionIndex Body, const Frames &Above, const Waiter &W,
                       std::set<FunctionIndex> &Seen) const {
  constexpr size_t MaxFunctions = 100;
  Answer Best;
  if (Seen.size() >= MaxFunctions || !Seen.insert(Body).second)
    return Best;
  const FunctionSummary &Fn = P.function(Body);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    const CallEdge &Await = P.calls(Body)[I];
    if (Await.Kind != CallKind::Await)
      continue;
    for (const LoopObjects::LoopSwitch &To :
         Loops.switches(Body, Await, Above)) {
      const CallEdge &Made = P.summary().Calls[To.Call];
      if (std::optional<Confidence> Own = Loops.isOwn(
              W.Loop, To.Loop, P.knowledge(Made.Callee)->Library))
        Best = surer(Best, Completion{DeadlockKind::Task, *Own, NoIndex,
                                      Fn.FirstCall + I, Body});
    }
    for (const Origin &O : S.Values.argument(Body, Await, 0)) {
      if (O.Kind != OriginKind::Task)
        continue;
      Frames Made = {{Body, O.Call}};
      llvm::append_range(Made, Above);
      Best = surer(Best, byTask(static_cast<FunctionIndex>(O.Data), Made, W,
                                Seen));
    }
  }
  if (Best)
    Best->Body = Body;
  return Best;
}

LoopCompletions::Answer LoopCompletions::byBody(FunctionIndex Body,
                                                const Waiter &W) const {
  uint8_t Bits = S.Where.bits(Body);
  if (Bits == EC_EventLoop)
    return byLaterRun(Body, W);
  if ((Bits & EC_Worker) && !P.isCoroutine(Body))
    return byThread(Body, W);
  return std::nullopt;
}

LoopCompletions::Answer LoopCompletions::waited(const EffectSite &Site,
                                                const Waiter &W) const {
  const FunctionKnowledge *K = Site.Function;
  ObjectSet Object =
      Objects.argument(Site.SinkIn, Site.SinkCall, *Site.Rule->Until,
                       llvm::ArrayRef(W.Active).drop_front());
  W.OfCaller |= Object.OfCaller;
  Answer A = byResults(Object, W);
  if (!A)
    A = byPromise(Object, W);
  // A coroutine that the call itself drives, or a callable's own future.
  bool Drives = llvm::any_of(K->Params, [](const ParamRule &R) {
    return R.Runs == RunsIn::Sync;
  });
  if (A)
    return A;
  std::set<FunctionIndex> Seen;
  for (const auto &[Body, Made] : Object.Bodies) {
    Frames Above;
    if (FunctionIndex Maker =
            Made == NoIndex ? NoIndex : P.functionOfCall(Made);
        Maker != NoIndex && W.isDecidedIn(Maker)) {
      Above = {{Maker, Made}};
      llvm::append_range(Above, W.above(Maker));
    }
    A = surer(A, Drives ? byTask(Body, Above, W, Seen) : byBody(Body, W));
  }
  return A;
}

} // namespace nostall
