//===- LoopObjects.cpp - which loop it is -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopObjects.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// Of handlers that dispatch to handlers, and coroutines that start coroutines.
static constexpr unsigned MaxDepth = 8;

LoopObjects::LoopObjects(const Solution &S, const ProgramObjects &Objects)
    : S(S), P(S.P), Objects(Objects) {
  index();
}

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
      return Objects.argument(By, Call, R.Executor, Above);
  // A member runs callables on its object's loop; async_read(stream, ...) on
  // that of its first argument.
  ArgSelector Object;
  Object.K = ArgSelector::Kind::Receiver;
  if (!P.argument(Edge, 0).empty())
    return Objects.argument(By, Call, Object, Above);
  Object.K = ArgSelector::Kind::Position;
  Loop = Objects.argument(By, Call, Object, Above);
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
      Found.push_back({O.Call, Objects.argument(Maker, O.Call, Object,
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
        Runs.push_back({At, Objects.argument(At.In, At.Call, R.Reenters->Loop)});
}

} // namespace nostall
