//===- LoopDeadlocks.cpp - waits that only their own loop can end -*-C++-*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopDeadlocks.h"

#include "engine/solve/LoopObjects.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <map>
#include <set>
#include <tuple>

namespace nostall {
namespace {

using Frames = llvm::SmallVector<ActiveCall, 8>;

/// Who ends a wait.
struct Completion {
  DeadlockKind Kind = DeadlockKind::Result;
  Confidence Sure = Confidence::High;
  uint32_t Given = NoIndex;
  uint32_t Done = NoIndex;
  FunctionIndex Body = NoIndex;
};

class DeadlockFinder {
public:
  explicit DeadlockFinder(const Solution &S)
      : S(S), P(S.P), Objects(S) {}
  std::vector<LoopDeadlock> run();

private:
  struct Waiter {
    /// The calls that are in progress while the wait is, innermost first: up
    /// to the one that decides what it is for, and up to the root.
    Frames Active, Way;
    ObjectSet Loop; ///< It has to wait for them.
    unsigned Depth = 0; ///< Threads that wait for threads.
    /// A parameter of the outermost of Active decides.
    mutable bool OfCaller = false;
    /// Whether \p F is in progress, so that its callers can be told apart.
    bool isDecidedIn(FunctionIndex F) const {
      return llvm::any_of(Active,
                          [&](const ActiveCall &At) { return At.In == F; });
    }
    /// The calls that led to \p F, as far as they are in progress.
    llvm::ArrayRef<ActiveCall> above(FunctionIndex F) const {
      for (size_t I = 0; I < Active.size(); ++I)
        if (Active[I].In == F)
          return llvm::ArrayRef(Active).drop_front(I + 1);
      return {};
    }
  };
  using Answer = std::optional<Completion>;

  void indexSites();
  void consider(const EffectSite &Site, Frames Active,
                llvm::SmallVector<uint32_t, 4> Down);
  bool considerCallers(const EffectSite &Site, const Frames &Active,
                       llvm::ArrayRef<uint32_t> Down);
  Answer reentry(const EffectSite &Site, const Waiter &W) const;
  Answer waited(const EffectSite &Site, const Waiter &W, ObjectSet &Object);
  Answer byResults(const ObjectSet &Object, const Waiter &W);
  Answer byResult(uint32_t Call, const Waiter &W, bool &Applies);
  Answer byExecutor(FunctionIndex Maker, uint32_t Call, const ArgSelector &Arg,
                    const Waiter &W) const;
  Answer byPromise(const ObjectSet &Object, const Waiter &W);
  Answer byBody(FunctionIndex Body, const Waiter &W);
  Answer byThread(FunctionIndex Body, const Waiter &W);
  Answer byTask(FunctionIndex Body, const Frames &Above, const Waiter &W,
                std::set<FunctionIndex> &Seen) const;
  Answer byLaterRun(FunctionIndex F, const Waiter &W) const;
  /// Whether \p Call was made on the way to the wait, with nothing between
  /// that lets the loop run.
  bool isOnTheWay(uint32_t Call, const Waiter &W) const;
  bool servesLoop(const CallEdge &Call) const;
  bool isReached(FunctionIndex From, FunctionIndex To) const;

  const Solution &S;
  const Program &P;
  LoopObjects Objects;
  std::vector<LoopDeadlock> Found;
  /// Calls that fulfil promises, and which.
  std::vector<std::pair<ActiveCall, ObjectSet>> Setters;
  std::map<FunctionIndex, std::vector<const EffectSite *>> WaitsIn;
  std::map<FunctionIndex, std::vector<const Entry *>> EntriesOf;
};

/// The likelier of two; nothing is the least.
std::optional<Completion> surer(std::optional<Completion> A,
                                std::optional<Completion> B) {
  return !A || (B && B->Sure > A->Sure) ? B : A;
}

void DeadlockFinder::indexSites() {
  for (const EffectSite &Site : S.Found.sites())
    if (Site.Rule->Until)
      WaitsIn[Site.SinkIn].push_back(&Site);
  for (const Entry &E : S.Graph.entries())
    EntriesOf[E.Function].push_back(&E);
  if (WaitsIn.empty())
    return;
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

/// Whether a call chain leads from one to the other; bounded.
bool DeadlockFinder::isReached(FunctionIndex From, FunctionIndex To) const {
  constexpr size_t MaxFunctions = 400;
  llvm::DenseSet<FunctionIndex> Seen = {From};
  llvm::SmallVector<FunctionIndex, 16> Work = {From};
  while (!Work.empty() && Seen.size() < MaxFunctions) {
    FunctionIndex F = Work.pop_back_val();
    if (F == To)
      return true;
    for (const Edge &E : S.Graph.callees(F))
      if (Seen.insert(E.Callee).second)
        Work.push_back(E.Callee);
  }
  return false;
}

/// Whether the call lets a loop do some of its work.
bool DeadlockFinder::servesLoop(const CallEdge &Call) const {
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  return K && (K->NestsLoop || llvm::any_of(K->Effects, [](const auto &R) {
                 return R.Reenters.has_value();
               }));
}

bool DeadlockFinder::isOnTheWay(uint32_t Call, const Waiter &W) const {
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
  for (const ActiveCall &At : W.Way) {
    if (At.In == Maker)
      return Call < At.Call && !LoopRanBetween(At.In, Call, At.Call);
    // In a helper that was called before.
    for (const Edge &E : S.Graph.callees(At.In))
      if (E.Call < At.Call && E.Kind != EdgeKind::Started &&
          !P.isCoroutine(E.Callee) && isReached(E.Callee, Maker))
        return !LoopRanBetween(At.In, E.Call, At.Call);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Who ends the wait
//===----------------------------------------------------------------------===//

/// The result comes when the thread of \p Arg, an executor, has its turn.
std::optional<Completion>
DeadlockFinder::byExecutor(FunctionIndex Maker, uint32_t Call,
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
      Objects.isOwn(W.Loop, Loop, P.knowledge(Edge.Callee)->Library);
  if (!Own)
    return std::nullopt;
  return Completion{DeadlockKind::Result, *Own, Call, NoIndex, NoIndex};
}

/// \p Applies tells whether the knowledge says anything of the call.
std::optional<Completion> DeadlockFinder::byResult(uint32_t Call,
                                                   const Waiter &W,
                                                   bool &Applies) {
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
DeadlockFinder::byResults(const ObjectSet &Object, const Waiter &W) {
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

/// \p F is run by the loop, in a turn after this one, and by nobody else.
std::optional<Completion> DeadlockFinder::byLaterRun(FunctionIndex F,
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
    if (IsEntry)
      for (const Entry *E : Entries->second) {
        if (bool Later = E->Where == RunsIn::Loop && E->Call != NoIndex; !Later)
          return std::nullopt;
        ObjectSet Loop =
            Objects.loopOfEntry(E->By, E->Call, W.above(E->By));
        W.OfCaller |= Loop.OfCaller && W.isDecidedIn(E->By);
        std::optional<Confidence> Own =
            Objects.isOwn(W.Loop, Loop, E->Library);
        if (!Own)
          return std::nullopt;
        Confidence Sure =
            isOnTheWay(E->Call, W) ? std::min(*Own, E->Sure == Confidence::Low
                                                        ? Confidence::Low
                                                        : Confidence::High)
                                   : Confidence::Low;
        if (Best.Given == NoIndex || Sure < Best.Sure) {
          Best.Sure = std::min(Best.Sure, Sure);
          Best.Given = E->Call;
        }
      }
    for (uint32_t Index : S.Graph.callers(G))
      if (Seen.insert(S.Graph.edges()[Index].Caller).second)
        Work.push_back(S.Graph.edges()[Index].Caller);
  }
  return Best.Given == NoIndex ? std::nullopt : std::optional(Best);
}

std::optional<Completion> DeadlockFinder::byPromise(const ObjectSet &Object,
                                                    const Waiter &W) {
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
std::optional<Completion> DeadlockFinder::byThread(FunctionIndex Body,
                                                   const Waiter &W) {
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
        ObjectSet Object;
        Answer A = waited(*Site, Inner, Object);
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
DeadlockFinder::byTask(FunctionIndex Body, const Frames &Above, const Waiter &W,
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
         Objects.switches(Body, Await, Above)) {
      const CallEdge &Made = P.summary().Calls[To.Call];
      if (std::optional<Confidence> Own = Objects.isOwn(
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

std::optional<Completion> DeadlockFinder::byBody(FunctionIndex Body,
                                                 const Waiter &W) {
  uint8_t Bits = S.Where.bits(Body);
  if (Bits == EC_EventLoop)
    return byLaterRun(Body, W);
  if ((Bits & EC_Worker) && !P.isCoroutine(Body))
    return byThread(Body, W);
  return std::nullopt;
}

/// What ends the wait, if that is the waiter's loop; \p Object is what it is
/// for.
std::optional<Completion> DeadlockFinder::waited(const EffectSite &Site,
                                                 const Waiter &W,
                                                 ObjectSet &Object) {
  const FunctionKnowledge *K = Site.Function;
  Object = Objects.argument(Site.SinkIn, Site.SinkCall, *Site.Rule->Until,
                            llvm::ArrayRef(W.Active).drop_front());
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

/// The call runs the loop that it is on.
std::optional<Completion> DeadlockFinder::reentry(const EffectSite &Site,
                                                  const Waiter &W) const {
  const Root &Rt =
      S.Where.roots()[S.Where
                          .witness(W.Active.back().In,
                                   W.Active.back().Call -
                                       P.function(W.Active.back().In).FirstCall)
                          .Root];
  if (Rt.Kind == RootKind::Loop ||
      (Rt.Framework && Rt.Framework != Site.Function->Library))
    return std::nullopt;
  ObjectSet Loop =
      Objects.argument(Site.SinkIn, Site.SinkCall, Site.Rule->Reenters->Loop,
                       llvm::ArrayRef(W.Active).drop_front());
  std::optional<Confidence> Own =
      Objects.isOwn(W.Loop, Loop, Site.Function->Library);
  if (!Own)
    return std::nullopt;
  // A loop that was made for this: made on the way here.
  bool IsNamed = llvm::any_of(Loop.Places, [](const ObjectPlace &Place) {
    return Place.K == ObjectPlace::Kind::Getter;
  });
  if (*Own != Confidence::High && !IsNamed)
    for (const ObjectPlace &Place : Loop.Places) {
      bool Fresh = Place.K == ObjectPlace::Kind::Local &&
                   S.Where.isOnLoop(Place.In);
      if (Place.K == ObjectPlace::Kind::Made)
        Fresh = isOnTheWay(Place.Index, W);
      if (Fresh)
        return std::nullopt;
    }
  return Completion{DeadlockKind::Reentry, *Own, NoIndex, NoIndex, NoIndex};
}

//===----------------------------------------------------------------------===//
// Waits on the loop
//===----------------------------------------------------------------------===//

/// \p Active leads from the wait to a function on the loop, \p Down back.
void DeadlockFinder::consider(const EffectSite &Site, Frames Active,
                              llvm::SmallVector<uint32_t, 4> Down) {
  FunctionIndex In = Active.back().In;
  uint32_t Call = Active.back().Call;
  uint32_t Local = Call - P.function(In).FirstCall;
  if (!S.Where.isOnLoop(In) || !S.Where.isCallOnLoop(In, Local))
    return;
  Waiter W{Active, Active, Objects.ownLoop(In, Call), 0};
  for (const Witness *Via = &S.Where.witness(In, Local); Via->Via != NoIndex;
       Via = &S.Where.at(Via->From)) {
    const Edge &E = S.Graph.edges()[Via->Via];
    W.Way.push_back({E.Caller, E.Call});
  }
  Answer A;
  if (Site.Rule->Reenters) {
    A = reentry(Site, W);
  } else {
    ObjectSet Object;
    A = waited(Site, W, Object);
    if ((Object.OfCaller || W.OfCaller) &&
        considerCallers(Site, Active, Down))
      return;
  }
  if (!A)
    return;
  Confidence Sure = std::min(A->Sure, Site.Sure);
  // However many threads run it, a handler must not run it again.
  if (A->Kind != DeadlockKind::Reentry) {
    std::optional<Confidence> Alone = Objects.hasOneThread(W.Loop);
    if (!Alone)
      return;
    Sure = std::min(Sure, *Alone);
  }
  Found.push_back({A->Kind, Sure, In, Call, std::move(Down), &Site, A->Given,
                   A->Done, A->Body});
}

/// What is waited for is the callers' to say: one may wait for itself and
/// another not. False when there is none that shows it.
bool DeadlockFinder::considerCallers(const EffectSite &Site,
                                     const Frames &Active,
                                     llvm::ArrayRef<uint32_t> Down) {
  constexpr size_t MaxFrames = 6;
  FunctionIndex In = Active.back().In;
  bool Any = false;
  if (Active.size() >= MaxFrames)
    return Any;
  for (uint32_t Index : S.Graph.callers(In)) {
    const Edge &E = S.Graph.edges()[Index];
    bool Passes = E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual;
    bool Recursive = llvm::any_of(
        Active, [&](const ActiveCall &At) { return At.In == E.Caller; });
    if (!Passes || Recursive)
      continue;
    Any = true;
    Frames Further = Active;
    Further.push_back({E.Caller, E.Call, true});
    llvm::SmallVector<uint32_t, 4> Way = {Index};
    llvm::append_range(Way, Down);
    consider(Site, std::move(Further), std::move(Way));
  }
  return Any;
}

std::vector<LoopDeadlock> DeadlockFinder::run() {
  indexSites();
  for (const EffectSite &Site : S.Found.sites()) {
    if (!Site.Rule->Until && !Site.Rule->Reenters)
      continue;
    Frames Active = {{Site.SinkIn, Site.SinkCall, true}};
    for (uint32_t Index : llvm::reverse(Site.Down)) {
      const Edge &E = S.Graph.edges()[Index];
      Active.push_back({E.Caller, E.Call, true});
    }
    consider(Site, std::move(Active), Site.Down);
  }
  return std::move(Found);
}

} // namespace

std::vector<LoopDeadlock> findLoopDeadlocks(const Solution &S) {
  return DeadlockFinder(S).run();
}

} // namespace nostall
