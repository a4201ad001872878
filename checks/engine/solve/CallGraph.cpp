//===- CallGraph.cpp - who runs whom, and where -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CallGraph.h"

#include "engine/solve/ScopeGuards.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <set>
#include <tuple>

namespace nostall {

/// Follows callables to where they run; fills a CallGraph.
class CallGraphBuilder {
public:
  CallGraphBuilder(const ValueFlow &Values, CallGraph &Graph)
      : Values(Values), P(Values.program()), Graph(Graph) {}
  void build();

private:
  /// A callable or task.
  struct Token {
    FunctionIndex Body = NoIndex;
    uint32_t BindCall = NoIndex; ///< The call that bound arguments to it.
    bool IsTask = false;
    auto key() const { return std::tuple(Body, BindCall, IsTask); }
  };
  /// The call that an inline run is attributed to.
  struct CallSite {
    FunctionIndex In = NoIndex;
    uint32_t Call = NoIndex;
  };
  /// The calls between a CallSite and the code at hand, innermost last; lets
  /// an executor that is a parameter be looked up.
  struct Chain {
    const Chain *Outer = nullptr;
    CallSite Site;
    unsigned depth() const { return Outer ? Outer->depth() + 1 : 1; }
  };
  /// A use of a parameter or slot.
  struct Use {
    enum Kind : uint8_t { Argument, Invoked, Awaited, Slot } K;
    FunctionIndex In;
    uint32_t Call; ///< Global; for Slot: the SlotIndex.
    unsigned Arg;
    Location Where;
  };

  void indexUses(FunctionIndex F);
  void indexOrigins(FunctionIndex F, const OriginList &Origins, Use U);
  void addDirectEdges(FunctionIndex F);
  void dropUnrelated(const CallEdge &Call,
                     llvm::SmallVectorImpl<FunctionIndex> &Targets) const;
  void addCallEdges(FunctionIndex F, uint32_t CallIndex);
  void seedTokens(FunctionIndex F);
  void seedSlots();
  void storeThroughParams(FunctionIndex F, uint32_t CallIndex);

  std::optional<Token> tokenOf(FunctionIndex F, const Origin &O) const;
  void handleUse(const Token &T, const Use &U, CallSite Root,
                 const Chain *Outer, uint32_t Store);
  void handleArgument(const Token &T, FunctionIndex F, uint32_t CallIndex,
                      unsigned Arg, CallSite Root, const Chain *Outer);
  void enterParam(const Token &T, FunctionIndex G, unsigned Param,
                  CallSite Root, const Chain &Path);
  void enterParamInsensitively(const Token &T, FunctionIndex G,
                               unsigned Param);
  void enterSlot(const Token &T, SlotIndex Slot, FunctionIndex By,
                 Location Where);
  void apply(const Token &T, const ParamRule &Rule, const FunctionKnowledge &K,
             FunctionIndex F, uint32_t CallIndex, unsigned Arg, CallSite Root,
             const Chain *Outer);
  std::pair<RunsIn, Confidence> executorOf(FunctionIndex F,
                                           const CallEdge &Call,
                                           const ArgSelector &Selector,
                                           const Chain *Outer) const;
  void run(const Token &T, CallSite Site, EdgeKind Kind, uint32_t Detail,
           Confidence Sure);
  void passBoundArguments(const Token &T);
  void passArguments(FunctionIndex F, const CallEdge &Call, unsigned FirstArg,
                     const Token &To);
  void lose(const Token &T);
  void addEdge(Edge E);
  bool isInvocation(const CallEdge &Call) const;
  llvm::SmallVector<FunctionIndex, 4> targets(FunctionIndex F,
                                              const CallEdge &Call) const;
  void finish();

  const ValueFlow &Values;
  const Program &P;
  CallGraph &Graph;

  llvm::DenseMap<uint64_t, std::vector<Use>> ParamUses;
  std::vector<std::vector<Use>> SlotUses;
  std::set<std::tuple<uint32_t, FunctionIndex, EdgeKind>> KnownEdges;
  std::set<std::tuple<std::tuple<FunctionIndex, uint32_t, bool>, uint32_t,
                      FunctionIndex, unsigned>>
      EnteredParams;
  std::set<std::tuple<std::tuple<FunctionIndex, uint32_t, bool>, SlotIndex>>
      EnteredSlots;
  std::set<std::tuple<FunctionIndex, RunsIn, uint32_t>> KnownEntries;
  llvm::DenseSet<uint32_t> BoundCalls;
  std::set<std::pair<uint32_t, FunctionIndex>> PassedArguments;
  /// Coroutines of which a start was seen, if only a lost one.
  std::vector<bool> HasStart;
};

static uint64_t paramKey(FunctionIndex F, unsigned Param) {
  return uint64_t(F) << 16 | Param;
}

//===----------------------------------------------------------------------===//
// Uses of parameters and slots
//===----------------------------------------------------------------------===//

/// Whether the call runs its object argument.
bool CallGraphBuilder::isInvocation(const CallEdge &Call) const {
  if (Call.Kind == CallKind::Indirect)
    return true;
  if (Call.Callee == NoIndex ||
      !(P.entity(Call.Callee).Flags & EF_CallOperator))
    return false;
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  return !Object.empty() && (P.typeTraits(Object.front().Type) & T_Callable);
}

void CallGraphBuilder::indexOrigins(FunctionIndex F, const OriginList &Origins,
                                    Use U) {
  for (const Origin &O : Origins) {
    if (O.Kind == OriginKind::Param)
      ParamUses[paramKey(F, O.Data)].push_back(U);
    else if (O.Kind == OriginKind::Slot)
      SlotUses[O.Data].push_back(U);
  }
}

void CallGraphBuilder::indexUses(FunctionIndex F) {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (!P.isActive(Call))
      continue;
    if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield) {
      indexOrigins(F, Values.argument(F, Call, 0),
                   {Use::Awaited, F, CallIndex, 0, Call.Loc});
      continue;
    }
    if (isInvocation(Call))
      indexOrigins(F, Values.argument(F, Call, 0),
                   {Use::Invoked, F, CallIndex, 0, Call.Loc});
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      indexOrigins(F, Values.argument(F, Call, Arg),
                   {Use::Argument, F, CallIndex, Arg, Call.Loc});
  }
}

//===----------------------------------------------------------------------===//
// Edges that need no flow
//===----------------------------------------------------------------------===//

void CallGraphBuilder::addEdge(Edge E) {
  if (KnownEdges.insert({E.Call, E.Callee, E.Kind}).second)
    Graph.Edges.push_back(E);
}

llvm::SmallVector<FunctionIndex, 4>
CallGraphBuilder::targets(FunctionIndex F, const CallEdge &Call) const {
  llvm::SmallVector<FunctionIndex, 4> Found;
  if (Call.Callee == NoIndex)
    return Found;
  if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
    Found.push_back(Body);
  if (Call.Kind == CallKind::Virtual)
    for (EntityIndex Overrider : P.overriders(Call.Callee))
      if (FunctionIndex Body = P.body(Overrider, F);
          Body != NoIndex && !llvm::is_contained(Found, Body))
        Found.push_back(Body);
  return Found;
}

/// The receiver is of its static class or of one derived from it, which says
/// more than the class that declares the function.
void CallGraphBuilder::dropUnrelated(
    const CallEdge &Call, llvm::SmallVectorImpl<FunctionIndex> &Targets) const {
  llvm::ArrayRef<Value> Receiver = P.argument(Call, 0);
  if (Receiver.size() != 1 || !Receiver[0].Type || Targets.size() < 2)
    return;
  llvm::StringRef Static = P.string(Receiver[0].Type);
  auto IsRelated = [&](FunctionIndex Target) {
    llvm::StringRef Class = P.nameOf(P.function(Target)).rsplit("::").first;
    // Nothing is known of a class that is not in the table.
    return !P.hasBases(Class) || P.derivesFrom(Class, Static) ||
           P.derivesFrom(Receiver[0].Type, Class);
  };
  llvm::erase_if(Targets, [&](FunctionIndex T) { return !IsRelated(T); });
}

void CallGraphBuilder::addCallEdges(FunctionIndex F, uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (!P.isActive(Call))
    return;
  bool Mine = !(P.function(F).Flags & FF_External);
  if (Mine)
    ++Graph.Stats.Calls;
  if (Call.Callee == NoIndex || isInvocation(Call))
    return;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  // The knowledge replaces the body, but a virtual function of a library is
  // overridden by the program.
  if (K && K->replacesBody() && Call.Kind != CallKind::Virtual)
    return;
  llvm::SmallVector<FunctionIndex, 4> Targets = targets(F, Call);
  if (Call.Kind == CallKind::Virtual)
    dropUnrelated(Call, Targets);
  if (Targets.empty()) {
    const Entity &Callee = P.entity(Call.Callee);
    if (Mine && !K && !(Callee.Flags & EF_Pruned)) {
      bool IsVirtual = Call.Kind == CallKind::Virtual;
      ++(IsVirtual ? Graph.Stats.UnresolvedCalls
                   : Graph.Stats.UnknownFunctions);
      Graph.Stats.LostCalls.push_back({F, CallIndex, !IsVirtual});
    }
    return;
  }
  for (FunctionIndex Target : Targets) {
    if (P.isCoroutine(Target)) {
      // The call makes a task; it runs where the task goes. An eager one
      // starts here, and one whose task is thrown away must have.
      const uint32_t Flags = P.function(Target).Flags;
      if ((Flags & FF_Eager) || (Call.Flags & CF_Discarded)) {
        HasStart[Target] = true;
        addEdge({F, CallIndex, Target, NoIndex, EdgeKind::Started,
                 Confidence::High});
      }
      continue;
    }
    bool Dispatched = Call.Kind == CallKind::Virtual;
    Confidence Sure = Dispatched && Targets.size() > 1 ? Confidence::Medium
                                                       : Confidence::High;
    // Whether the last owner lets go here, nothing shows.
    if ((Call.Flags & CF_IfDestroys) && P.latentConfidence(Call) == 1)
      Sure = Confidence::Low;
    addEdge({F, CallIndex, Target, NoIndex,
             Dispatched ? EdgeKind::Virtual : EdgeKind::Call, Sure});
  }
}

void CallGraphBuilder::addDirectEdges(FunctionIndex F) {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I)
    addCallEdges(F, Fn.FirstCall + I);
}

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

std::optional<CallGraphBuilder::Token>
CallGraphBuilder::tokenOf(FunctionIndex F, const Origin &O) const {
  switch (O.Kind) {
  case OriginKind::Function:
  case OriginKind::Bind: {
    FunctionIndex Body = P.body(static_cast<EntityIndex>(O.Data), F);
    if (Body == NoIndex)
      return std::nullopt;
    Token T;
    T.Body = Body;
    if (O.Kind == OriginKind::Bind)
      T.BindCall = O.Call;
    return T;
  }
  case OriginKind::Task: {
    Token T;
    T.Body = static_cast<FunctionIndex>(O.Data);
    T.IsTask = true;
    return T;
  }
  default:
    return std::nullopt;
  }
}

void CallGraphBuilder::lose(const Token &T) {
  ++Graph.Stats.LostCallables;
  Graph.UnknownStart[T.Body] = true;
}

/// The callable runs now, in the call \p Site.
void CallGraphBuilder::run(const Token &T, CallSite Site, EdgeKind Kind,
                           uint32_t Detail, Confidence Sure) {
  HasStart[T.Body] = true;
  if (T.IsTask && Kind != EdgeKind::Waited)
    Kind = EdgeKind::Started;
  addEdge({Site.In, Site.Call, T.Body, Detail, Kind, Sure});
  passBoundArguments(T);
}

/// Callables among bound arguments reach the bound function's parameters,
/// whenever it runs.
void CallGraphBuilder::passBoundArguments(const Token &T) {
  if (T.BindCall == NoIndex || !BoundCalls.insert(T.BindCall).second)
    return;
  const CallEdge &Bind = P.summary().Calls[T.BindCall];
  if (FunctionIndex In = P.functionOfCall(T.BindCall); In != NoIndex)
    passArguments(In, Bind, 2, T);
}

/// Arguments of \p Call from \p FirstArg on become the parameters of \p To.
void CallGraphBuilder::passArguments(FunctionIndex F, const CallEdge &Call,
                                     unsigned FirstArg, const Token &To) {
  bool Member = P.entityOf(To.Body).Flags & EF_Member &&
                !(P.function(To.Body).Flags & FF_Lambda) &&
                !(P.entityOf(To.Body).Flags & EF_CallOperator);
  for (unsigned Arg = FirstArg; Arg < Call.NumArgs; ++Arg) {
    unsigned Param = Arg - FirstArg + (Member ? 0 : 1);
    for (const Origin &O : Values.argument(F, Call, Arg))
      if (std::optional<Token> Passed = tokenOf(F, O))
        enterParamInsensitively(*Passed, To.Body, Param);
  }
}

void CallGraphBuilder::enterParamInsensitively(const Token &T, FunctionIndex G,
                                               unsigned Param) {
  if (!EnteredParams.insert({T.key(), NoIndex, G, Param}).second)
    return;
  auto It = ParamUses.find(paramKey(G, Param));
  if (It == ParamUses.end())
    return;
  // Copied: handling a use may add others.
  std::vector<Use> Uses = It->second;
  for (const Use &U : Uses)
    handleUse(T, U, {U.In, U.Call}, nullptr, NoIndex);
}

void CallGraphBuilder::handleUse(const Token &T, const Use &U, CallSite Root,
                                 const Chain *Outer, uint32_t Store) {
  switch (U.K) {
  case Use::Invoked:
    if (Store != NoIndex)
      run(T, Root, EdgeKind::Stored, Store, Confidence::High);
    else
      run(T, Root, EdgeKind::Passed, U.In, Confidence::High);
    // What the callable is called with.
    if (PassedArguments.insert({U.Call, T.Body}).second) {
      const CallEdge &Call = P.summary().Calls[U.Call];
      if (T.BindCall == NoIndex)
        passArguments(U.In, Call, 1, T);
    }
    break;
  case Use::Awaited:
    // Awaited inside a coroutine: runs in that coroutine's context.
    if (T.IsTask)
      run(T, {U.In, U.Call}, EdgeKind::Started, NoIndex, Confidence::High);
    break;
  case Use::Argument:
    handleArgument(T, U.In, U.Call, U.Arg, Root, Outer);
    break;
  case Use::Slot:
    enterSlot(T, U.Call, U.In, U.Where);
    break;
  }
}

void CallGraphBuilder::enterParam(const Token &T, FunctionIndex G,
                                  unsigned Param, CallSite Root,
                                  const Chain &Path) {
  // A coroutine's body runs when its task does, so what it does with its
  // parameters is not part of the call.
  if (P.isCoroutine(G))
    return enterParamInsensitively(T, G, Param);
  if (Path.depth() > 24 ||
      !EnteredParams.insert({T.key(), Root.Call, G, Param}).second)
    return;
  auto It = ParamUses.find(paramKey(G, Param));
  if (It == ParamUses.end())
    return;
  std::vector<Use> Uses = It->second;
  for (const Use &U : Uses)
    handleUse(T, U, Root, &Path, NoIndex);
}

void CallGraphBuilder::enterSlot(const Token &T, SlotIndex Slot,
                                 FunctionIndex By, Location Where) {
  if (!EnteredSlots.insert({T.key(), Slot}).second)
    return;
  if (T.IsTask)
    HasStart[T.Body] = true;
  uint32_t Store = Graph.Stores.size();
  Graph.Stores.push_back({Slot, By, Where});
  if (const FieldKnowledge *Field = P.knowledge().field(
          P.string(P.summary().Slots[Slot].Display))) {
    HasStart[T.Body] = true;
    Graph.Entries.push_back({T.Body, Field->Runs, By, NoIndex, Store,
                             Field->Library, Confidence::High});
    return;
  }
  std::vector<Use> Uses = SlotUses[Slot];
  for (const Use &U : Uses)
    handleUse(T, U, {U.In, U.Call}, nullptr, Store);
  // Kept, and nobody in sight takes it out.
  if (Uses.empty() && T.IsTask)
    lose(T);
}

void CallGraphBuilder::handleArgument(const Token &T, FunctionIndex F,
                                      uint32_t CallIndex, unsigned Arg,
                                      CallSite Root, const Chain *Outer) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (T.IsTask)
    HasStart[T.Body] = true;
  if (isInvocation(Call)) {
    // An argument of an unknown callable; the callable's own run passes it.
    return;
  }
  if (Call.Callee == NoIndex)
    return;
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee);
      K && K->replacesBody()) {
    for (const ParamRule &Rule : K->Params) {
      if (!llvm::is_contained(Values.positions(Call, Rule.Param), Arg))
        continue;
      if (!Rule.When.empty() &&
          holdsAll(Values, F, Call, Rule.When) != Truth::True)
        continue;
      apply(T, Rule, *K, F, CallIndex, Arg, Root, Outer);
      return;
    }
    return; // Neither run nor kept, or kept as ValueFlow says.
  }
  llvm::SmallVector<FunctionIndex, 4> Bodies = targets(F, Call);
  Chain Path{Outer, {F, CallIndex}};
  for (FunctionIndex Body : Bodies)
    enterParam(T, Body, Arg, Root, Path);
  if (!Bodies.empty())
    return;
  // A library that keeps values is followed as a place, not as a call.
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  if (!Object.empty() &&
      (P.typeTraits(Object.front().Type) & (T_Transparent | T_Callable)))
    return;
  const Entity &Callee = P.entity(Call.Callee);
  if ((Callee.Flags & EF_Pruned) || (Callee.Flags & EF_Constructor))
    return;
  lose(T);
}

//===----------------------------------------------------------------------===//
// What libraries do with callables
//===----------------------------------------------------------------------===//

std::pair<RunsIn, Confidence>
CallGraphBuilder::executorOf(FunctionIndex F, const CallEdge &Call,
                             const ArgSelector &Selector,
                             const Chain *Outer) const {
  for (unsigned Position : Values.positions(Call, Selector)) {
    FunctionIndex In = F;
    const CallEdge *At = &Call;
    unsigned Arg = Position;
    const Chain *Up = Outer;
    while (true) {
      TraitAnswer Answer = traitsOf(Values, In, P.argument(*At, Arg));
      if (Answer.Known && (Answer.Traits & T_WorkerExecutor))
        return {RunsIn::Worker, Confidence::High};
      if (Answer.Known && (Answer.Traits & T_LoopExecutor))
        return {RunsIn::Loop, Confidence::High};
      if (!Answer.Param || !Up)
        break;
      In = Up->Site.In;
      At = &P.summary().Calls[Up->Site.Call];
      Arg = *Answer.Param;
      Up = Up->Outer;
    }
  }
  // Nothing shows it to be a pool.
  return {RunsIn::Loop, Confidence::Medium};
}

void CallGraphBuilder::apply(const Token &T, const ParamRule &Rule,
                             const FunctionKnowledge &K, FunctionIndex F,
                             uint32_t CallIndex, unsigned Arg, CallSite Root,
                             const Chain *Outer) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  RunsIn Where = Rule.Runs;
  Confidence Sure = Confidence::High;
  if (Where == RunsIn::Executor)
    std::tie(Where, Sure) = executorOf(F, Call, Rule.Executor, Outer);
  if (Where == RunsIn::Inline || Where == RunsIn::Sync) {
    run(T, Root,
        Where == RunsIn::Sync ? EdgeKind::Waited : EdgeKind::Passed, NoIndex,
        Sure);
  } else {
    HasStart[T.Body] = true;
    if (KnownEntries.insert({T.Body, Where, CallIndex}).second)
      Graph.Entries.push_back(
          {T.Body, Where, F, CallIndex, NoIndex, K.Library, Sure});
    passBoundArguments(T);
  }
  if (Rule.PassesRest)
    passArguments(F, Call, Arg + 1, T);
}

//===----------------------------------------------------------------------===//
// Seeds
//===----------------------------------------------------------------------===//

/// What a callee puts into a container that the caller passed by reference.
void CallGraphBuilder::storeThroughParams(FunctionIndex F,
                                          uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Callee == NoIndex)
    return;
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee);
      K && K->replacesBody())
    return;
  FunctionIndex Body = P.body(Call.Callee, F);
  if (Body == NoIndex)
    return;
  for (const ValueFlow::ParamStore &Store : Values.paramStores(Body)) {
    for (const Origin &Target : Values.argument(F, Call, Store.Param)) {
      if (Target.Kind != OriginKind::Slot)
        continue;
      for (const Origin &O :
           Values.resolve(Body, Values.values(Store.Source))) {
        if (O.Kind == OriginKind::Param) {
          for (const Origin &Passed : Values.argument(F, Call, O.Data))
            if (std::optional<Token> T = tokenOf(F, Passed))
              enterSlot(*T, Target.Data, F, Call.Loc);
        } else if (std::optional<Token> T = tokenOf(Body, O)) {
          enterSlot(*T, Target.Data, Body, Store.Source.Loc);
        }
      }
    }
  }
}

void CallGraphBuilder::seedTokens(FunctionIndex F) {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (!P.isActive(Call))
      continue;
    CallSite Here{F, CallIndex};
    storeThroughParams(F, CallIndex);
    if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield) {
      for (const Origin &O : Values.argument(F, Call, 0))
        if (std::optional<Token> T = tokenOf(F, O))
          run(*T, Here, EdgeKind::Started, NoIndex, Confidence::High);
      continue;
    }
    if (isInvocation(Call)) {
      bool Resolved = false;
      for (const Origin &O : Values.argument(F, Call, 0)) {
        Resolved |= O.Kind == OriginKind::Param || O.Kind == OriginKind::Slot;
        if (std::optional<Token> T = tokenOf(F, O)) {
          Resolved = true;
          handleUse(*T, {Use::Invoked, F, CallIndex, 0, Call.Loc}, Here,
                    nullptr, NoIndex);
        }
      }
      if (!Resolved && !(Fn.Flags & FF_External)) {
        ++Graph.Stats.UnresolvedCalls;
        Graph.Stats.LostCalls.push_back({F, CallIndex, false});
      }
    }
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      for (const Origin &O : Values.argument(F, Call, Arg))
        if (std::optional<Token> T = tokenOf(F, O))
          handleArgument(*T, F, CallIndex, Arg, Here, nullptr);
  }
}

void CallGraphBuilder::seedSlots() {
  for (SlotIndex Slot = 0; Slot < SlotUses.size(); ++Slot)
    for (const ValueSource &Source : Values.slotSources(Slot))
      for (const Origin &O : Values.resolve(Source.In, Values.values(Source))) {
        // First all ways between slots and from parameters to slots, so that
        // tokens find them.
        Use U{Use::Slot, Source.In, Slot, 0, Source.Loc};
        if (O.Kind == OriginKind::Param)
          ParamUses[paramKey(Source.In, O.Data)].push_back(U);
        else if (O.Kind == OriginKind::Slot && O.Data != Slot)
          SlotUses[O.Data].push_back(U);
      }
}

void CallGraphBuilder::build() {
  SlotUses.resize(P.summary().Slots.size());
  HasStart.resize(P.numFunctions());
  Graph.UnknownStart.resize(P.numFunctions());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    indexUses(F);
  seedSlots();
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    addDirectEdges(F);
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    seedTokens(F);
  for (SlotIndex Slot = 0; Slot < SlotUses.size(); ++Slot)
    for (const ValueSource &Source : Values.slotSources(Slot))
      for (const Origin &O : Values.resolve(Source.In, Values.values(Source)))
        if (std::optional<Token> T = tokenOf(Source.In, O))
          enterSlot(*T, Slot, Source.In, Source.Loc);
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (P.isCoroutine(F) && !HasStart[F])
      Graph.UnknownStart[F] = true;
  narrowScopeGuards(Values, Graph.Stores, Graph.Edges);
  finish();
}

/// Sorts the edges by caller and call, and indexes them both ways.
void CallGraphBuilder::finish() {
  auto Less = [](const Edge &A, const Edge &B) {
    return std::tie(A.Caller, A.Call, A.Callee, A.Kind) <
           std::tie(B.Caller, B.Call, B.Callee, B.Kind);
  };
  llvm::sort(Graph.Edges, Less);
  size_t N = P.numFunctions();
  Graph.First.assign(N + 1, 0);
  Graph.FirstIn.assign(N + 1, 0);
  for (const Edge &E : Graph.Edges) {
    ++Graph.First[E.Caller + 1];
    ++Graph.FirstIn[E.Callee + 1];
  }
  for (size_t I = 0; I < N; ++I) {
    Graph.First[I + 1] += Graph.First[I];
    Graph.FirstIn[I + 1] += Graph.FirstIn[I];
  }
  Graph.In.resize(Graph.Edges.size());
  std::vector<uint32_t> Next(Graph.FirstIn.begin(), Graph.FirstIn.end() - 1);
  for (uint32_t I = 0; I < Graph.Edges.size(); ++I)
    Graph.In[Next[Graph.Edges[I].Callee]++] = I;
  llvm::sort(Graph.Entries, [](const Entry &A, const Entry &B) {
    return std::tie(A.Function, A.Call, A.Where) <
           std::tie(B.Function, B.Call, B.Where);
  });
}

CallGraph::CallGraph(const ValueFlow &Values) {
  CallGraphBuilder(Values, *this).build();
}

} // namespace nostall
