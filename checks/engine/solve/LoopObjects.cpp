//===- LoopObjects.cpp - which loop, which future it is ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopObjects.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// Nobody can say anything useful past these.
static constexpr unsigned MaxDepth = 8;
static constexpr size_t MaxPlaces = 64;

void ObjectSet::add(const ObjectSet &Other) {
  Places.insert(Other.Places.begin(), Other.Places.end());
  Bodies.insert(Other.Bodies.begin(), Other.Bodies.end());
  IsComplete &= Other.IsComplete;
  OfCaller |= Other.OfCaller;
}

Sameness compare(const ObjectSet &A, const ObjectSet &B) {
  if (llvm::any_of(A.Places,
                   [&](const ObjectPlace &P) { return B.Places.count(P); }))
    return Sameness::Same;
  if (A.IsComplete && B.IsComplete && !A.Places.empty() && !B.Places.empty())
    return Sameness::Different;
  return Sameness::Unknown;
}

struct LoopObjects::Search {
  ObjectSet Found;
  FunctionIndex Outermost = NoIndex; ///< Of the calls in progress.
  std::set<std::pair<FunctionIndex, unsigned>> Params;
};

LoopObjects::LoopObjects(const Solution &S) : S(S), P(S.P) { index(); }

//===----------------------------------------------------------------------===//
// Following values
//===----------------------------------------------------------------------===//

/// An object that a call made or gave.
void LoopObjects::addMade(Search &To, const Origin &O) const {
  const CallEdge &Call = P.summary().Calls[O.Call];
  if (Call.Callee == NoIndex) {
    llvm::ArrayRef<Value> Awaited = P.argument(Call, 0);
    if (Call.Kind == CallKind::Await && !Awaited.empty() &&
        (P.typeTraits(Awaited.front().Type) & T_OwnExecutor))
      To.Found.Places.insert(
          {ObjectPlace::Kind::Executor, P.functionOfCall(O.Call), 0});
    To.Found.IsComplete = false;
    return;
  }
  To.Found.Places.insert({ObjectPlace::Kind::Made, NoIndex, O.Call});
  if (O.Kind == OriginKind::Object ||
      (P.entity(Call.Callee).Flags & EF_Constructor))
    return;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (K && (!K->ResultBy.empty() || K->Constructs))
    return;
  // Somebody else's object; a loop that is asked for by no name is one and the
  // same.
  To.Found.IsComplete = false;
  if (K && Call.Arity == 0 && llvm::any_of(K->Returns, [](const auto &R) {
        return R.Traits & T_LoopExecutor;
      }))
    To.Found.Places.insert({ObjectPlace::Kind::Getter, NoIndex, Call.Callee});
}

void LoopObjects::addParam(Search &To, FunctionIndex F, unsigned Param,
                           llvm::ArrayRef<ActiveCall> Above,
                           unsigned Depth) const {
  auto AddFrom = [&](const ActiveCall &From,
                     llvm::ArrayRef<ActiveCall> Further) {
    const CallEdge &Call = P.summary().Calls[From.Call];
    llvm::ArrayRef<Value> Passed = P.argument(Call, Param);
    if (Passed.empty() || !From.PassesArguments)
      To.Found.IsComplete = false;
    else
      for (const Value &V : Passed)
        add(To, From.In, V, Further, Depth + 1);
  };
  if (!Above.empty())
    return AddFrom(Above.front(), Above.drop_front());
  To.Found.OfCaller |= F == To.Outermost;
  auto Known = DirectCalls.find(F);
  if (Known == DirectCalls.end() || Param == 0) {
    To.Found.IsComplete = false;
    return;
  }
  if (To.Params.insert({F, Param}).second)
    for (const ActiveCall &From : Known->second)
      AddFrom(From, {});
}

void LoopObjects::addOrigin(Search &To, FunctionIndex F, const Origin &O,
                            llvm::ArrayRef<ActiveCall> Above,
                            unsigned Depth) const {
  switch (O.Kind) {
  case OriginKind::Param:
    return addParam(To, F, static_cast<unsigned>(O.Data), Above, Depth);
  case OriginKind::Slot: {
    SlotIndex Slot = static_cast<SlotIndex>(O.Data);
    if (!To.Found.Places.insert({ObjectPlace::Kind::Slot, NoIndex, Slot})
             .second)
      return;
    for (const ValueSource &Source : S.Values.slotSources(Slot)) {
      // A member that is set through a parameter: the callers of its setter.
      for (const Value &V : S.Values.values(Source))
        if (V.Kind != ValueKind::Int)
          add(To, Source.In, V, {}, Depth + 1);
    }
    return;
  }
  case OriginKind::Function:
  case OriginKind::Bind:
    if (FunctionIndex Body = P.body(static_cast<EntityIndex>(O.Data), F);
        Body != NoIndex)
      To.Found.Bodies.try_emplace(Body, NoIndex);
    else
      To.Found.IsComplete = false;
    return;
  case OriginKind::Task:
    To.Found.Bodies.try_emplace(static_cast<FunctionIndex>(O.Data), O.Call);
    return;
  case OriginKind::Result:
  case OriginKind::Object:
    if (O.Call != NoIndex)
      addMade(To, O);
    else if (O.Kind == OriginKind::Result)
      To.Found.IsComplete = false;
    return;
  case OriginKind::Int: // A null pointer, before it is set.
    return;
  default:
    To.Found.IsComplete = false;
  }
}

void LoopObjects::add(Search &To, FunctionIndex F, const Value &V,
                      llvm::ArrayRef<ActiveCall> Above, unsigned Depth) const {
  if (Depth > MaxDepth || To.Found.Places.size() > MaxPlaces) {
    To.Found.IsComplete = false;
    return;
  }
  if (V.Kind == ValueKind::Local) {
    if (!To.Found.Places
             .insert({ObjectPlace::Kind::Local, F,
                      static_cast<uint32_t>(V.Data)})
             .second)
      return;
    // A struct of C that nothing is put into: the variable is the object.
    if (S.Values.localSources(F, V.Data).empty())
      return;
  }
  for (const Origin &O : S.Values.resolve(F, V))
    addOrigin(To, F, O, Above, Depth);
}

ObjectSet LoopObjects::find(FunctionIndex F, llvm::ArrayRef<Value> Given,
                            llvm::ArrayRef<ActiveCall> Above) const {
  Search To;
  To.Outermost = Above.empty() ? F : Above.back().In;
  for (const Value &V : Given)
    add(To, F, V, Above, 0);
  if (Given.empty())
    To.Found.IsComplete = false;
  return std::move(To.Found);
}

ObjectSet LoopObjects::argument(FunctionIndex F, uint32_t Call,
                                const ArgSelector &Arg,
                                llvm::ArrayRef<ActiveCall> Above) const {
  const CallEdge &Edge = P.summary().Calls[Call];
  ObjectSet Found;
  bool Any = false;
  for (unsigned Position : S.Values.positions(Edge, Arg))
    if (llvm::ArrayRef<Value> Passed = P.argument(Edge, Position);
        !Passed.empty()) {
      Found.add(find(F, Passed, Above));
      Any = true;
    }
  Found.IsComplete &= Any;
  return Found;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

ObjectSet LoopObjects::loopOfEntry(FunctionIndex By, uint32_t Call,
                                   llvm::ArrayRef<ActiveCall> Above) const {
  const CallEdge &Edge = P.summary().Calls[Call];
  ObjectSet Loop;
  const FunctionKnowledge *K =
      Edge.Callee == NoIndex ? nullptr : P.knowledge(Edge.Callee);
  if (!K) {
    Loop.IsComplete = false;
    return Loop;
  }
  for (const ParamRule &R : K->Params)
    if (R.Runs == RunsIn::Executor)
      return argument(By, Call, R.Executor, Above);
  // A member runs callables on its object's loop; async_read(stream, ...) on
  // that of its first argument.
  ArgSelector Object;
  Object.K = ArgSelector::Kind::Receiver;
  if (!P.argument(Edge, 0).empty())
    return argument(By, Call, Object, Above);
  Object.K = ArgSelector::Kind::Position;
  Loop = argument(By, Call, Object, Above);
  // The handle of a C library is no loop: it only shows which it may be.
  Loop.IsComplete &= !(P.entity(Edge.Callee).Flags & EF_ExternC);
  return Loop;
}

ObjectSet LoopObjects::loopOfRoot(uint32_t Index, unsigned Depth) const {
  ObjectSet Nothing;
  Nothing.IsComplete = false;
  const Root *R = &S.Where.roots()[Index];
  for (unsigned N = 0; R->Dispatch != NoIndex && N < MaxDepth; ++N)
    R = &S.Where.roots()[S.Where.at(R->Parent).Root];
  if (P.isCoroutine(R->Function))
    Nothing.Places.insert({ObjectPlace::Kind::Executor, R->Function, 0});
  if (R->Call == NoIndex || R->By == NoIndex || R->Kind == RootKind::Loop)
    return Nothing;
  const CallEdge &Call = P.summary().Calls[R->Call];
  bool Known = Call.Callee != NoIndex && P.knowledge(Call.Callee);
  ObjectSet Loop;
  if (Known)
    Loop = loopOfEntry(R->By, R->Call);
  // Started by code on a loop: there as well.
  bool AsStarter = !Known || Loop.Places.count({ObjectPlace::Kind::Executor,
                                                R->By, 0});
  if (AsStarter && R->By != R->Function && S.Where.isOnLoop(R->By)) {
    ObjectSet Outer = ownLoop(R->By, R->Call, Depth + 1);
    bool IsComplete = Outer.IsComplete;
    Loop.add(Outer);
    Loop.IsComplete = IsComplete;
  } else {
    Loop.IsComplete &= Known;
  }
  Loop.Places.insert(Nothing.Places.begin(), Nothing.Places.end());
  return Loop;
}

ObjectSet LoopObjects::ownLoop(FunctionIndex F, uint32_t Call,
                               unsigned Depth) const {
  ObjectSet Loop;
  if (Depth > MaxDepth || !S.Where.isOnLoop(F)) {
    Loop.IsComplete = false;
    return Loop;
  }
  const FunctionSummary &Fn = P.function(F);
  uint32_t Local = Call - Fn.FirstCall;
  // The coroutine moved there itself.
  if (S.Where.facts(F, Local).Where == RelativePlace::Loop)
    for (uint32_t I = 0; I < Local; ++I) {
      const CallEdge &Await = P.calls(F)[I];
      if (Await.Kind != CallKind::Await)
        continue;
      for (const LoopSwitch &To : switches(F, Await))
        Loop.add(To.Loop);
    }
  if (!Loop.Places.empty())
    return Loop;
  return loopOfRoot(S.Where.witness(F, Local).Root, Depth);
}

ObjectSet LoopObjects::ownLoop(FunctionIndex F, uint32_t Call) const {
  return ownLoop(F, Call, 0);
}

std::vector<LoopObjects::LoopSwitch>
LoopObjects::switches(FunctionIndex F, const CallEdge &Await,
                      llvm::ArrayRef<ActiveCall> Above) const {
  std::vector<LoopSwitch> Found;
  for (const Origin &O : S.Values.argument(F, Await, 0)) {
    if (O.Kind != OriginKind::Result || O.Call == NoIndex)
      continue;
    EntityIndex Callee = P.summary().Calls[O.Call].Callee;
    const FunctionKnowledge *K =
        Callee == NoIndex ? nullptr : P.knowledge(Callee);
    FunctionIndex Maker = P.functionOfCall(O.Call);
    if (!K || Maker == NoIndex)
      continue;
    for (const SwitchRule &R : K->Switches) {
      if (R.To == RunsIn::Worker ||
          holdsAll(S.Values, Maker, P.summary().Calls[O.Call], R.When) !=
              Truth::True)
        continue;
      ArgSelector Object = R.Executor;
      if (R.To != RunsIn::Executor)
        Object.K = ArgSelector::Kind::Receiver;
      Found.push_back({O.Call, argument(Maker, O.Call, Object,
                                        Maker == F ? Above : std::nullopt)});
      break;
    }
  }
  return Found;
}

std::optional<Confidence>
LoopObjects::isOwn(const ObjectSet &Own, const ObjectSet &Loop,
                   const LibraryKnowledge *Library) const {
  switch (compare(Own, Loop)) {
  case Sameness::Same:
    return Confidence::High;
  case Sameness::Different:
    return std::nullopt;
  case Sameness::Unknown:
    break;
  }
  // The only one that there is. A C library's loops have no type to count, but
  // what is registered on a loop is so on its own: they belong to one thread.
  bool HasType = Library && llvm::any_of(Library->Types, [](const auto &T) {
    return T.Traits & T_LoopExecutor;
  });
  unsigned Made = NumLoops.lookup(Library);
  return Made == 1 || (Made == 0 && !HasType) ? Confidence::Medium
                                              : Confidence::Low;
}

/// Whether several threads run \p F: a lambda that is given to threads in a
/// loop.
bool LoopObjects::isRunByMany(FunctionIndex F) const {
  auto Known = PassedAt.find(F);
  return Known != PassedAt.end() &&
         (Known->second.size() > 1 ||
          llvm::any_of(Known->second, [&](const ActiveCall &At) {
            return P.summary().Calls[At.Call].Loop != 0;
          }));
}

std::optional<Confidence>
LoopObjects::hasOneThread(const ObjectSet &Loop) const {
  std::set<FunctionIndex> Runners;
  for (const auto &[At, Which] : Runs) {
    const LibraryKnowledge *Library =
        P.knowledge(P.summary().Calls[At.Call].Callee)->Library;
    Sameness Same = compare(Loop, Which);
    if (Same == Sameness::Different ||
        (Same == Sameness::Unknown && NumLoops.lookup(Library) != 1))
      continue;
    if (isRunByMany(At.In))
      return std::nullopt;
    // A nested run is no further thread.
    if (!S.Where.isOnLoop(At.In))
      Runners.insert(At.In);
  }
  if (Runners.size() > 1)
    return std::nullopt;
  // Run by code that is not seen, perhaps by several threads.
  return Runners.empty() ? Confidence::Medium : Confidence::High;
}

//===----------------------------------------------------------------------===//
// Index
//===----------------------------------------------------------------------===//

void LoopObjects::index() {
  std::vector<ActiveCall> Running;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
      const CallEdge &Call = P.calls(F)[I];
      ActiveCall Here{F, Fn.FirstCall + I};
      for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
        for (const Value &V : P.argument(Call, Arg))
          if (V.Kind == ValueKind::Function)
            if (FunctionIndex Body =
                    P.body(static_cast<EntityIndex>(V.Data), F);
                Body != NoIndex)
              PassedAt[Body].push_back(Here);
      if (Call.Callee == NoIndex || !P.isActive(Call))
        continue;
      if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
        DirectCalls[Body].push_back(Here);
      const FunctionKnowledge *K = P.knowledge(Call.Callee);
      if (K && llvm::any_of(K->Effects, [](const EffectRule &R) {
            return R.Reenters.has_value();
          }))
        Running.push_back(Here);
      // What makes a loop, and not a copy of what refers to one.
      const Entity &Callee = P.entity(Call.Callee);
      llvm::ArrayRef<Value> From = P.argument(Call, 1);
      llvm::StringRef Class = P.nameOf(Call.Callee).rsplit("::").first;
      if ((Callee.Flags & EF_Constructor) && !(Fn.Flags & FF_External) &&
          (P.knowledge().typeTraits(Class) & T_LoopExecutor) &&
          llvm::none_of(From, [](const Value &V) { return V.Type != 0; }))
        NumLoops[P.knowledge().libraryOf(Class)] += Call.Loop ? 2 : 1;
    }
  }
  for (const ActiveCall &At : Running)
    for (const EffectRule &R :
         P.knowledge(P.summary().Calls[At.Call].Callee)->Effects)
      if (R.Reenters)
        Runs.push_back({At, argument(At.In, At.Call, R.Reenters->Loop)});
}

} // namespace nostall
