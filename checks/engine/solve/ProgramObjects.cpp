//===- ProgramObjects.cpp - which object a value is -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ProgramObjects.h"

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

struct ProgramObjects::Search {
  ObjectSet Found;
  FunctionIndex Outermost = NoIndex; ///< Of the calls in progress.
  std::set<std::pair<FunctionIndex, unsigned>> Params;
};

ProgramObjects::ProgramObjects(const ValueFlow &Values)
    : Values(Values), P(Values.program()) {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
      const CallEdge &Call = P.calls(F)[I];
      if (Call.Callee == NoIndex || !P.isActive(Call))
        continue;
      if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
        DirectCalls[Body].push_back({F, Fn.FirstCall + I});
    }
  }
}

//===----------------------------------------------------------------------===//
// Following values
//===----------------------------------------------------------------------===//

/// An object that a call made or gave.
void ProgramObjects::addMade(Search &To, const Origin &O) const {
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

void ProgramObjects::addParam(Search &To, FunctionIndex F, unsigned Param,
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

void ProgramObjects::addOrigin(Search &To, FunctionIndex F, const Origin &O,
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
    for (const ValueSource &Source : Values.slotSources(Slot)) {
      // A member that is set through a parameter: the callers of its setter.
      for (const Value &V : Values.values(Source))
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

void ProgramObjects::add(Search &To, FunctionIndex F, const Value &V,
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
    if (Values.localSources(F, V.Data).empty())
      return;
  }
  for (const Origin &O : Values.resolve(F, V))
    addOrigin(To, F, O, Above, Depth);
}

ObjectSet ProgramObjects::find(FunctionIndex F, llvm::ArrayRef<Value> Given,
                            llvm::ArrayRef<ActiveCall> Above) const {
  Search To;
  To.Outermost = Above.empty() ? F : Above.back().In;
  for (const Value &V : Given)
    add(To, F, V, Above, 0);
  if (Given.empty())
    To.Found.IsComplete = false;
  return std::move(To.Found);
}

ObjectSet ProgramObjects::argument(FunctionIndex F, uint32_t Call,
                                const ArgSelector &Arg,
                                llvm::ArrayRef<ActiveCall> Above) const {
  const CallEdge &Edge = P.summary().Calls[Call];
  ObjectSet Found;
  bool Any = false;
  for (unsigned Position : Values.positions(Edge, Arg))
    if (llvm::ArrayRef<Value> Passed = P.argument(Edge, Position);
        !Passed.empty()) {
      Found.add(find(F, Passed, Above));
      Any = true;
    }
  Found.IsComplete &= Any;
  return Found;
}

} // namespace nostall
