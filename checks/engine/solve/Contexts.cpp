//===- Contexts.cpp - what runs on an event loop, and why -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Contexts.h"


#include "llvm/ADT/STLExtras.h"

#include <map>
#include <optional>
#include <queue>
#include <tuple>

namespace nostall {

const CallFacts &Contexts::facts(FunctionIndex F, uint32_t Call) const {
  return Facts[F].empty() ? Default : Facts[F][Call];
}

/// Of a function, or of a loop in it, that an event loop runs.
bool Contexts::isInRegion(FunctionIndex F, uint16_t Loop) const {
  if (WholeOnLoop[F])
    return true;
  auto It = Regions.find(F);
  return It != Regions.end() && llvm::any_of(It->second, [&](uint16_t Region) {
           return isWithinLoop(P, F, Loop, Region);
         });
}

/// Whether the coroutine was moved to a worker before the loop. By the calls in
/// the loop; where there are none, by the one that follows the last before it:
/// between the two nothing moves it.
bool Contexts::isMovedAway(FunctionIndex F, uint16_t Loop) const {
  if (Facts[F].empty())
    return false;
  auto IsAway = [&](uint32_t Call) {
    const CallFacts &Fact = Facts[F][Call];
    return Fact.OffLoop || Fact.InChild ||
           Fact.Where == RelativePlace::Worker ||
           Fact.Where == RelativePlace::Unknown;
  };
  const Location &At = P.loops(F)[Loop - 1].Loc;
  llvm::ArrayRef<CallEdge> Calls = P.calls(F);
  std::optional<bool> AllInside;
  std::optional<uint32_t> Next;
  for (uint32_t I = 0; I < Calls.size(); ++I) {
    const CallEdge &Call = Calls[I];
    if (isWithinLoop(P, F, Call.Loop, Loop))
      AllInside = AllInside.value_or(true) && IsAway(I);
    else if (!(Call.Flags & (CF_ScopeEnd | CF_Implicit)) &&
             Call.Loc.File == At.File &&
             std::tie(Call.Loc.Line, Call.Loc.Column) <
                 std::tie(At.Line, At.Column))
      Next = I + 1;
  }
  if (AllInside)
    return *AllInside;
  return Next && *Next < Calls.size() && IsAway(*Next);
}

bool Contexts::isLoopOnLoop(FunctionIndex F, uint16_t Loop) const {
  if (isMovedAway(F, Loop))
    return false;
  return isInRegion(F, Loop) || llvm::any_of(Ways[F], [&](uint32_t Index) {
           const Witness &W = Witnesses[Index];
           return isGilWay(W) && Gil.holdsInLoop(F, Loop, entersWithGil(W));
         });
}

/// Whether \p F, reached by \p W, makes the call where \p W has it run.
bool Contexts::goesBy(const Witness &W, FunctionIndex F, uint32_t Call) const {
  return Told.allowsCall(W.Passed, F, Call) &&
         (isGilWay(W) ? Gil.holds(F, Call, entersWithGil(W))
                      : isInRegion(F, P.calls(F)[Call].Loop));
}

const Witness *Contexts::wayTo(FunctionIndex F, uint32_t Call,
                               bool WithGil) const {
  if (!isCallOnLoop(F, Call))
    return nullptr;
  for (uint32_t Index : Ways[F])
    if (const Witness &W = Witnesses[Index];
        isGilWay(W) == WithGil &&
        (goesBy(W, F, Call) ||
         (!WithGil && facts(F, Call).Where == RelativePlace::Loop)))
      return &W;
  return nullptr;
}

bool Contexts::excludes(const Edge &Into, uint32_t Call) const {
  return !Told.allowsCall(Told.along(Into, {}), Into.Callee, Call);
}

const Witness &Contexts::witness(FunctionIndex F, uint32_t Call) const {
  if (Call != NoIndex)
    for (uint32_t Index : Ways[F])
      if (goesBy(Witnesses[Index], F, Call))
        return Witnesses[Index];
  if (Call != NoIndex)
    for (uint32_t Index : Ways[F])
      if (Told.allowsCall(Witnesses[Index].Passed, F, Call))
        return Witnesses[Index];
  return witness(F);
}

bool Contexts::isCallOnLoop(FunctionIndex F, uint32_t Call) const {
  const CallFacts &Fact = facts(F, Call);
  if (Fact.OffLoop || Fact.InChild || Fact.Unreachable ||
      Fact.Where == RelativePlace::Worker || Fact.Where == RelativePlace::Unknown)
    return false;
  if (Fact.Where == RelativePlace::Loop)
    return true;
  return llvm::any_of(Ways[F], [&](uint32_t Index) {
    return goesBy(Witnesses[Index], F, Call);
  });
}

bool Contexts::isCallOnLoop(FunctionIndex F, uint32_t Call,
                            llvm::ArrayRef<uint32_t> Down,
                            FunctionIndex SinkIn, uint32_t Sink) const {
  if (!isCallOnLoop(F, Call))
    return false;
  // A helper that releases the GIL around the call whose arguments its callers
  // decide.
  return Down.empty() || !holdsGil(F, Call) ||
         (llvm::all_of(Down,
                       [&](uint32_t E) { return carriesGil(Graph.edges()[E]); }) &&
          Gil.holds(SinkIn, Sink, /*AtEntry=*/true));
}

uint32_t Contexts::costOf(FunctionIndex F, uint32_t Call) const {
  constexpr uint32_t PerCall = 2, PerBranch = 1, MaxBranches = 12, Fatal = 48;
  const std::vector<CallDecisions> &Calls = Branches.beforeCalls(F);
  if (Calls.empty())
    return PerCall;
  const CallDecisions &D = Calls[Call];
  return PerCall + PerBranch * std::min<uint32_t>(D.Branches, MaxBranches) +
         (D.Fatal ? Fatal : 0);
}

uint32_t Contexts::costOf(const Edge &E) const {
  uint32_t Cost = costOf(E.Caller, E.Call - P.function(E.Caller).FirstCall);
  // One of many: the logarithm of how many.
  if (E.Kind == EdgeKind::Virtual || E.Kind == EdgeKind::Stored) {
    size_t Targets =
        llvm::count_if(Graph.callees(E.Caller), [&](const Edge &Other) {
          return Other.Call == E.Call && Other.Kind == E.Kind;
        });
    Cost += llvm::Log2_64_Ceil(std::max<size_t>(Targets, 1));
  }
  return Cost;
}

class ContextBuilder {
public:
  ContextBuilder(const ValueFlow &Values, const CallGraph &Graph,
                 const ContextOptions &Options, Contexts &Out)
      : P(Values.program()), Values(Values), Graph(Graph), Options(Options),
        Out(Out) {}
  void build();

private:
  void addEntries();
  void addDeclaredContexts();
  void addHandWrittenLoops();
  void addAnnotated();
  void spreadBits();
  void addStartedByMain();
  void addAssumedCoroutines();
  void addRoot(Root R);
  bool isCovered(FunctionIndex F, const Witness &Way) const;
  void spreadWitnesses(uint32_t FirstRoot);
  void addGilRoots();
  struct Item {
    Witness Way;
    FunctionIndex F;
    uint64_t Order; ///< Keeps the result independent of the queue's whims.
  };
  bool isUnlikelyTarget(const Edge &E, const Root &From) const;
  std::vector<Item> expand(const Item &I, uint32_t Index, bool IsRegion);
  bool isDispatch(const Edge &E, const Root &From) const;
  void expandGil(const Item &I, uint32_t Index, std::vector<Item> &Next);
  bool isTest(FunctionIndex F) const {
    return Options.IsTestFile &&
           Options.IsTestFile(P.file(P.function(F).Loc.File));
  }
  bool waitsAfter(const Edge &E) const;
  uint8_t bitsAlong(const Edge &E) const;
  bool runsHere(const Edge &E) const;
  const LibraryKnowledge *frameworkOf(FunctionIndex F) const;

  const Program &P;
  const ValueFlow &Values;
  const CallGraph &Graph;
  const ContextOptions &Options;
  Contexts &Out;
  std::vector<FunctionIndex> Work;
  std::vector<Root> GilRoots; ///< Looked at last.
  uint64_t Order = 0;
  std::vector<bool> RegionDone; ///< By root.
  /// Coroutines and handlers that were found on the way: the best way so far.
  std::map<std::pair<FunctionIndex, std::vector<BoundParam>>,
           std::pair<Confidence, uint32_t>>
      QueuedRoots;
};

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

/// The library whose loop a coroutine of this type runs on.
const LibraryKnowledge *ContextBuilder::frameworkOf(FunctionIndex F) const {
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

void ContextBuilder::addRoot(Root R) {
  if (!R.Framework)
    R.Framework = R.Rule ? R.Rule->Library : frameworkOf(R.Function);
  Out.Roots.push_back(R);
}

//===----------------------------------------------------------------------===//
// Roots
//===----------------------------------------------------------------------===//

void ContextBuilder::addEntries() {
  for (const Entry &E : Graph.entries()) {
    // What a test starts says nothing of production.
    if (E.By != NoIndex && isTest(E.By) && !isTest(E.Function))
      continue;
    Out.Bits[E.Function] |= bitOf(E.Where);
    if (E.Where == RunsIn::Gil)
      GilRoots.push_back({RootKind::HoldsGIL, E.Function, 0, E.Sure, E.Call,
                          E.By, E.Store, nullptr, E.Library});
    if (E.Where != RunsIn::Loop)
      continue;
    RootKind Kind =
        P.isCoroutine(E.Function) ? RootKind::Coroutine : RootKind::Callback;
    addRoot({Kind, E.Function, 0, E.Sure, E.Call, E.By, E.Store, nullptr,
             E.Library});
  }
}

/// Functions of which the knowledge says where they run, and their overrides.
void ContextBuilder::addDeclaredContexts() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    const FunctionKnowledge *Rule = P.knowledge(Fn.Entity);
    bool Own = Rule && Rule->Context;
    if (!Own) {
      Rule = nullptr;
      if (P.entity(Fn.Entity).Flags & EF_Virtual)
        for (EntityIndex Base : P.overridden(Fn.Entity))
          if (const FunctionKnowledge *K = P.knowledge(Base);
              K && K->Context) {
            Rule = K;
            break;
          }
    }
    if (!Rule)
      continue;
    // An object that was moved to a thread of its own.
    if (!Own && (Values.classMarks(P.nameOf(Fn).rsplit("::").first) &
                 T_WorkerExecutor)) {
      Out.Bits[F] |= EC_Worker;
      continue;
    }
    Out.Bits[F] |= bitOf(*Rule->Context);
    if (*Rule->Context == RunsIn::Loop)
      addRoot({Own ? RootKind::Annotated : RootKind::Override, F, 0,
               Confidence::High, NoIndex, NoIndex, NoIndex, Rule, nullptr});
    else if (*Rule->Context == RunsIn::Gil)
      GilRoots.push_back({RootKind::HoldsGIL, F, 0, Confidence::High, NoIndex,
                          NoIndex, NoIndex, Rule, nullptr});
  }
}

void ContextBuilder::addHandWrittenLoops() {
  Out.Loops = findEventLoops(Values, Graph, Out.Branches);
  for (const EventLoop &L : Out.Loops.Loops) {
    Out.Regions[L.Function].push_back(L.Loop);
    addRoot({RootKind::Loop, L.Function, L.Loop, Confidence::High, L.Wait,
             L.Function, NoIndex, nullptr, nullptr});
  }
}

void ContextBuilder::addAnnotated() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    uint32_t Flags = P.function(F).Flags;
    if ((Flags & FF_Nonblocking) ||
        (P.declared(P.function(F).Entity) & EF_DeclaredLoop)) {
      Out.Bits[F] |= EC_EventLoop;
      addRoot({RootKind::Annotated, F, 0, Confidence::High, NoIndex, NoIndex,
               NoIndex, nullptr, nullptr});
    } else if ((Flags & FF_AwaiterHook) && Graph.callers(F).empty() &&
               !(Flags & FF_External)) {
      Out.Bits[F] |= EC_EventLoop;
      addRoot({RootKind::Awaiter, F, 0, Confidence::Medium, NoIndex, NoIndex,
               NoIndex, nullptr, nullptr});
    }
    if (Flags & FF_Main)
      Out.Bits[F] |= EC_Main;
  }
}

//===----------------------------------------------------------------------===//
// Spreading
//===----------------------------------------------------------------------===//

/// Whether what the edge runs is part of its caller, context and all.
bool ContextBuilder::runsHere(const Edge &E) const {
  return !P.isTrusted(E.Callee);
}

/// Whether the function that starts a coroutine waits afterwards: a sync_wait
/// of the program's own.
bool ContextBuilder::waitsAfter(const Edge &E) const {
  const FunctionSummary &Fn = P.function(E.Caller);
  for (uint32_t Call = E.Call + 1; Call < Fn.FirstCall + Fn.NumCalls; ++Call) {
    EntityIndex Callee = P.summary().Calls[Call].Callee;
    const FunctionKnowledge *K =
        Callee == NoIndex ? nullptr : P.knowledge(Callee);
    if (K && K->Multiplexer == WaitKind::None &&
        llvm::any_of(K->Effects, [](const EffectRule &R) {
          return R.What.Kind == Category::Wait;
        }))
      return true;
  }
  return false;
}

/// The contexts that a callee has from this edge.
uint8_t ContextBuilder::bitsAlong(const Edge &E) const {
  uint32_t Local = E.Call - P.function(E.Caller).FirstCall;
  const CallFacts &Fact = Out.facts(E.Caller, Local);
  if (Fact.Unreachable || Fact.OffLoop)
    return Fact.Unreachable ? EC_Unknown
                            : Out.Bits[E.Caller] & ~EC_EventLoop;
  if (Fact.InChild)
    return EC_Child;
  switch (Fact.Where) {
  case RelativePlace::Loop:
    return EC_EventLoop;
  case RelativePlace::Worker:
    return EC_Worker;
  case RelativePlace::Unknown:
    return EC_Unknown;
  case RelativePlace::AsEntry:
    break;
  }
  uint8_t Bits = Out.Bits[E.Caller];
  // A coroutine goes on when others resume it.
  if (P.isCoroutine(E.Callee) || !Out.carriesGil(E))
    Bits &= ~EC_HoldsGIL;
  // Started by the main thread and not waited for: what follows the first
  // suspension runs when the loop does.
  if (E.Kind == EdgeKind::Started && !P.isCoroutine(E.Caller) &&
      (Bits & EC_Main) && !waitsAfter(E))
    Bits = (Bits & ~EC_Main) | EC_EventLoop;
  auto Regions = Out.Regions.find(E.Caller);
  if (Regions != Out.Regions.end()) {
    uint16_t Loop = P.summary().Calls[E.Call].Loop;
    if (llvm::any_of(Regions->second, [&](uint16_t Region) {
          return isWithinLoop(P, E.Caller, Loop, Region);
        })) {
      // The loop's own thread, whoever started it.
      Bits = EC_EventLoop;
    }
  }
  return Bits;
}

void ContextBuilder::spreadBits() {
  while (!Work.empty()) {
    FunctionIndex F = Work.back();
    Work.pop_back();
    for (const Edge &E : Graph.callees(F)) {
      if (!runsHere(E) || (isTest(F) && !isTest(E.Callee)))
        continue;
      uint8_t New = Out.Bits[E.Callee] | bitsAlong(E);
      if (New == Out.Bits[E.Callee])
        continue;
      Out.Bits[E.Callee] = New;
      Work.push_back(E.Callee);
    }
  }
}

/// Coroutines that the main thread starts before it runs the loop.
void ContextBuilder::addStartedByMain() {
  for (const Edge &E : Graph.edges())
    if (E.Kind == EdgeKind::Started && P.isCoroutine(E.Callee) &&
        !P.isCoroutine(E.Caller) && (Out.Bits[E.Caller] & EC_Main) &&
        !(Out.Bits[E.Caller] & EC_EventLoop) &&
        !(isTest(E.Caller) && !isTest(E.Callee)) &&
        (bitsAlong(E) & EC_EventLoop))
      addRoot({RootKind::Coroutine, E.Callee, 0, E.Sure, E.Call, E.Caller,
               NoIndex, nullptr, nullptr});
}

/// Coroutines of which no start, or not every start, is known.
void ContextBuilder::addAssumedCoroutines() {
  std::vector<FunctionIndex> Assumed;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionKnowledge *Rule = P.knowledge(P.function(F).Entity);
    if (P.isCoroutine(F) && !(Out.Bits[F] & EC_EventLoop) &&
        !(Rule && Rule->Context) &&
        (Out.Bits[F] == EC_Unknown || Graph.hasUnknownStart(F)))
      Assumed.push_back(F);
  }
  // Those that others start first have their context from them.
  for (FunctionIndex F : Assumed) {
    bool StartedByOthers = llvm::any_of(Graph.callers(F), [&](uint32_t I) {
      const Edge &E = Graph.edges()[I];
      return E.Kind == EdgeKind::Started && E.Caller != F &&
             P.isCoroutine(E.Caller);
    });
    if (StartedByOthers && !Graph.hasUnknownStart(F))
      continue;
    Out.Bits[F] |= EC_EventLoop;
    addRoot({RootKind::Coroutine, F, 0, Confidence::Medium, NoIndex, NoIndex,
             NoIndex, nullptr, nullptr});
    Work.push_back(F);
  }
  spreadBits();
  // Cycles of coroutines that only start each other.
  for (FunctionIndex F : Assumed) {
    if (Out.Bits[F] != EC_Unknown)
      continue;
    Out.Bits[F] |= EC_EventLoop;
    addRoot({RootKind::Coroutine, F, 0, Confidence::Medium, NoIndex, NoIndex,
             NoIndex, nullptr, nullptr});
    Work.push_back(F);
    spreadBits();
  }
}

/// Whether the edge hands control to a handler that someone registered: that is
/// where a reader looks, not the dispatcher that all handlers share.
bool ContextBuilder::isDispatch(const Edge &E, const Root &From) const {
  if (P.function(E.Callee).Flags & FF_External)
    return false;
  if (E.Kind == EdgeKind::Stored)
    return true;
  if (E.Kind != EdgeKind::Virtual)
    return false;
  if (From.Kind == RootKind::Loop)
    return true;
  // A base class's handler that leaves the work to its derived class.
  llvm::ArrayRef<Value> Object =
      P.argument(P.summary().Calls[E.Call], 0);
  return From.Kind == RootKind::Override && From.Dispatch != NoIndex &&
         From.Function == E.Caller && Object.size() == 1 &&
         Object[0].Kind == ValueKind::Param && Object[0].Data == 0;
}

/// Whether nothing that \p Way allows is excluded by one that is known.
bool ContextBuilder::isCovered(FunctionIndex F, const Witness &Way) const {
  return llvm::any_of(Out.Ways[F], [&](uint32_t Index) {
    const Witness &Known = Out.Witnesses[Index];
    // An event loop's region is not the whole function.
    if (Out.isGilWay(Known) ? !Out.entersWithGil(Known) : !Out.WholeOnLoop[F])
      return false;
    return llvm::all_of(Known.Passed, [&](const BoundParam &Fact) {
      return llvm::is_contained(Way.Passed, Fact);
    });
  });
}

/// From all roots since \p FirstRoot at once, surest first, then what asks for
/// least.
void ContextBuilder::spreadWitnesses(uint32_t FirstRoot) {
  auto Later = [](const Item &A, const Item &B) {
    return std::tuple(-int(A.Way.Sure), A.Way.Cost, A.Order) >
           std::tuple(-int(B.Way.Sure), B.Way.Cost, B.Order);
  };
  std::priority_queue<Item, std::vector<Item>, decltype(Later)> Queue(Later);
  for (uint32_t R = FirstRoot; R < Out.Roots.size(); ++R)
    Queue.push({{R, NoIndex, NoIndex, 0, Out.Roots[R].Sure, {}},
                Out.Roots[R].Function,
                Order++});
  for (const Root &Root : llvm::ArrayRef(Out.Roots).drop_front(FirstRoot))
    if (Root.Kind != RootKind::Loop && Root.Kind != RootKind::HoldsGIL) {
      auto [Known, New] =
          QueuedRoots.try_emplace({Root.Function, {}}, Root.Sure, 0);
      if (!New)
        Known->second.first = std::max(Known->second.first, Root.Sure);
    }
  // A function is expanded once for each choice of constants, and each of its
  // regions once.
  RegionDone.resize(Out.Roots.size());
  while (!Queue.empty()) {
    Item I = Queue.top();
    Queue.pop();
    const Root &R = Out.Roots[I.Way.Root];
    bool IsRegion = R.Kind == RootKind::Loop && I.Way.Via == NoIndex;
    constexpr size_t MaxWays = 8;
    if (IsRegion) {
      if (RegionDone[I.Way.Root])
        continue;
      RegionDone[I.Way.Root] = true;
    } else {
      // Of many choices, first the classes are no longer told apart.
      if (Out.Ways[I.F].size() >= MaxWays)
        llvm::erase_if(I.Way.Passed, [](const BoundParam &B) {
          return B.What != BoundParam::Fact::Value;
        });
      if (Out.Ways[I.F].size() >= 2 * MaxWays)
        I.Way.Passed.clear();
      if (isCovered(I.F, I.Way))
        continue;
      if (R.Kind != RootKind::HoldsGIL) {
        // What holds for the whole function explains its regions as well.
        if (!Out.WholeOnLoop[I.F])
          Out.Ways[I.F].clear();
        Out.WholeOnLoop[I.F] = true;
      }
    }
    uint32_t Index = Out.Witnesses.size();
    Out.Witnesses.push_back(I.Way);
    if (!IsRegion || !Out.WholeOnLoop[I.F])
      Out.Ways[I.F].push_back(Index);
    for (Item &Next : expand(I, Index, IsRegion))
      Queue.push(std::move(Next));
  }
}

/// Whether the target is a guess that the way here makes unlikely.
bool ContextBuilder::isUnlikelyTarget(const Edge &E, const Root &From) const {
  if (E.Kind != EdgeKind::Virtual && E.Kind != EdgeKind::Stored)
    return false;
  auto SameCall = [&](const Edge &Other) {
    return Other.Call == E.Call && Other.Kind == E.Kind;
  };
  llvm::ArrayRef<Edge> Callees = Graph.callees(E.Caller);
  size_t Targets = llvm::count_if(Callees, SameCall);
  if (Targets < 2)
    return false;
  // The program's own std::function: its member stands for all that any of its
  // objects holds.
  if (E.Kind == EdgeKind::Stored && !(P.function(E.Caller).Flags & FF_Lambda) &&
      (P.entityOf(E.Caller).Flags & EF_CallOperator))
    return true;
  // A member that holds many callables, reached through another that does:
  // which of them meet, nothing shows.
  unsigned Stored = E.Kind == EdgeKind::Stored;
  constexpr unsigned MaxRoots = 8;
  const Root *R = &From;
  for (unsigned N = 0; N < MaxRoots; ++N) {
    if (R->Dispatch != NoIndex) {
      const Edge &By = Graph.edges()[R->Dispatch];
      Stored += By.Kind == EdgeKind::Stored &&
                llvm::count_if(Graph.callees(By.Caller), [&](const Edge &O) {
                  return O.Call == By.Call && O.Kind == By.Kind;
                }) > 1;
      // The dispatch from the loop itself runs all of them.
      const Root &Parent = Out.Roots[Out.Witnesses[R->Parent].Root];
      if (Parent.Kind == RootKind::Loop)
        Stored = Stored ? Stored - 1 : 0;
    }
    // An object that posts its own handlers goes on with itself, not with
    // another class's implementation of the same interface.
    if (E.Kind == EdgeKind::Virtual)
      for (const Edge &Other : Callees) {
        if (!SameCall(Other) || Other.Callee == E.Callee)
          continue;
        llvm::StringRef Own =
            P.nameOf(P.function(Other.Callee)).rsplit("::").first;
        auto IsOf = [&](FunctionIndex F) {
          llvm::StringRef Name = P.nameOf(P.function(F));
          return Name.consume_front(Own) && Name.starts_with("::");
        };
        if (IsOf(R->Function) && !IsOf(E.Caller) && !IsOf(E.Callee))
          return true;
      }
    if (R->Dispatch == NoIndex)
      break;
    R = &Out.Roots[Out.Witnesses[R->Parent].Root];
  }
  return Stored >= 2 && E.Kind == EdgeKind::Stored;
}

/// What runs next, from one way into a function.
std::vector<ContextBuilder::Item>
ContextBuilder::expand(const Item &I, uint32_t Index, bool IsRegion) {
  std::vector<Item> Next;
  const Root R = Out.Roots[I.Way.Root];
  if (R.Kind == RootKind::HoldsGIL) {
    expandGil(I, Index, Next);
    return Next;
  }
  uint32_t EdgeIndex = Graph.callees(I.F).data() - Graph.edges().data();
  for (const Edge &E : Graph.callees(I.F)) {
    uint32_t Via = EdgeIndex++;
    if (!runsHere(E) || (isTest(I.F) && !isTest(E.Callee)))
      continue;
    uint32_t Local = E.Call - P.function(I.F).FirstCall;
    if (IsRegion &&
        !isWithinLoop(P, I.F, P.summary().Calls[E.Call].Loop, R.Loop))
      continue;
    if (!Out.isCallOnLoop(I.F, Local) ||
        !Out.Told.allowsCall(I.Way.Passed, I.F, Local) ||
        !Out.Told.allowsTarget(I.Way.Passed, E))
      continue;
    Confidence Sure = std::min(I.Way.Sure, E.Sure);
    // What a static local's initialiser runs is over after the first time,
    // mostly before the loop starts.
    if (isUnlikelyTarget(E, R) ||
        (P.summary().Calls[E.Call].Flags & CF_OnceOnly) ||
        Out.facts(I.F, Local).OnceOnly)
      Sure = Confidence::Low;
    bool Dispatch = isDispatch(E, R);
    uint32_t Cost = I.Way.Cost + Out.costOf(E);
    if (P.isCoroutine(E.Callee) || Dispatch) {
      // Its own root: effects are reported in the innermost one.
      uint32_t RootCost = Dispatch ? Cost : 0;
      Binding Passed = Dispatch ? Out.Told.along(E, I.Way.Passed) : Binding();
      auto [Known, New] = QueuedRoots.try_emplace(
          {E.Callee, {Passed.begin(), Passed.end()}}, Sure, RootCost);
      if (!New && std::tuple(-int(Known->second.first), Known->second.second) <=
                      std::tuple(-int(Sure), RootCost))
        continue;
      Known->second = {Sure, RootCost};
      uint32_t NewRoot = Out.Roots.size();
      RootKind Kind = P.isCoroutine(E.Callee)       ? RootKind::Coroutine
                      : E.Kind == EdgeKind::Virtual ? RootKind::Override
                                                    : RootKind::Callback;
      addRoot({Kind, E.Callee, 0, Sure, E.Call, E.Caller, NoIndex, nullptr,
               R.Framework, Dispatch ? Via : NoIndex, Index});
      RegionDone.push_back(false);
      Next.push_back({{NewRoot, NoIndex, NoIndex, RootCost, Sure,
                       std::move(Passed)},
                      E.Callee,
                      Order++});
      continue;
    }
    Next.push_back({{I.Way.Root, Via, Index, Cost, Sure,
                     Out.Told.along(E, I.Way.Passed)},
                    E.Callee,
                    Order++});
  }
  return Next;
}

/// What is called with the GIL held, in the call itself. What is posted or
/// stored for later has a root of its own, or is run by the loop.
void ContextBuilder::expandGil(const Item &I, uint32_t Index,
                               std::vector<Item> &Next) {
  const Root R = Out.Roots[I.Way.Root];
  uint32_t EdgeIndex = Graph.callees(I.F).data() - Graph.edges().data();
  for (const Edge &E : Graph.callees(I.F)) {
    uint32_t Via = EdgeIndex++;
    uint32_t Local = E.Call - P.function(I.F).FirstCall;
    if (!runsHere(E) || P.isCoroutine(E.Callee) ||
        (isTest(I.F) && !isTest(E.Callee)) || !Out.isCallOnLoop(I.F, Local) ||
        !Out.goesBy(I.Way, I.F, Local) ||
        !Out.Gil.carries(E, Out.entersWithGil(I.Way)) ||
        !Out.Told.allowsTarget(I.Way.Passed, E))
      continue;
    Confidence Sure = std::min(I.Way.Sure, E.Sure);
    if (isUnlikelyTarget(E, R) ||
        (P.summary().Calls[E.Call].Flags & CF_OnceOnly) ||
        Out.facts(I.F, Local).OnceOnly)
      Sure = Confidence::Low;
    Next.push_back({{I.Way.Root, Via, Index, I.Way.Cost + Out.costOf(E), Sure,
                     Out.Told.along(E, I.Way.Passed)},
                    E.Callee,
                    Order++});
  }
}

/// First what Python calls, then what takes the GIL and is not called by that.
void ContextBuilder::addGilRoots() {
  uint32_t First = Out.Roots.size();
  for (Root &R : GilRoots)
    addRoot(std::move(R));
  spreadWitnesses(First);
  First = Out.Roots.size();
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    uint32_t Taking = Out.Gil.takes(F);
    if (Taking == NoIndex || P.isCoroutine(F) ||
        (P.function(F).Flags & FF_External))
      continue;
    Root R{RootKind::HoldsGIL, F, 0, Confidence::High,
           P.function(F).FirstCall + Taking, F, NoIndex, nullptr,
           Out.Gil.libraryOf(F)};
    R.TakesGil = true;
    addRoot(R);
  }
  spreadWitnesses(First);
}

void ContextBuilder::build() {
  size_t N = P.numFunctions();
  Out.Bits.assign(N, EC_Unknown);
  Out.Ways.assign(N, {});
  Out.WholeOnLoop.assign(N, false);
  Out.Facts.resize(N);
  for (FunctionIndex F = 0; F < N; ++F)
    if (!(P.function(F).Flags & FF_External))
      Out.Facts[F] = analyzeFlow(Values, F);
  addEntries();
  addDeclaredContexts();
  addHandWrittenLoops();
  addAnnotated();
  for (FunctionIndex F = 0; F < N; ++F)
    if (Out.Bits[F] != EC_Unknown || Out.Regions.contains(F))
      Work.push_back(F);
  spreadBits();
  addStartedByMain();
  addAssumedCoroutines();
  spreadWitnesses(/*FirstRoot=*/0);
  addGilRoots();
}

Contexts::Contexts(const ValueFlow &Values, const CallGraph &Graph,
                   const ContextOptions &Options)
    : P(Values.program()), Graph(Graph), Gil(P, Graph), Branches(P),
      Told(Values, Graph) {
  ContextBuilder(Values, Graph, Options, *this).build();
}

} // namespace nostall
