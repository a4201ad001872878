//===- LockObjects.cpp - which objects lock calls are about -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LockObjects.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// Guards made from guards made from guards: past this nobody cares.
static constexpr unsigned MaxDepth = 8;

void LockObjects::enter(FunctionIndex Function) {
  F = Function;
  Inits.clear();
  FlowOfResult.clear();
  for (const Flow &Fl : P.flows(F)) {
    if (Fl.Target == FlowTarget::Local) {
      ++Inits[Fl.Index].Count;
      Inits[Fl.Index].Last = &Fl;
    }
    for (const Value &V : P.values(Fl))
      if (V.Kind == ValueKind::Result)
        FlowOfResult[static_cast<uint32_t>(V.Data)] = &Fl;
  }
}

const LockRule *LockObjects::rule(uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  if (!K || K->Locks.empty())
    return nullptr;
  auto [It, New] = Rules.try_emplace(CallIndex, nullptr);
  if (!New)
    return It->second;
  FunctionIndex In = P.functionOfCall(CallIndex);
  for (const LockRule &R : K->Locks)
    if (R.When.empty() ||
        (In != NoIndex && holdsAll(Values, In, Call, R.When) == Truth::True)) {
      It->second = &R;
      break;
    }
  return It->second;
}

std::optional<LockObject>
LockObjects::named(llvm::ArrayRef<Value> Subject) const {
  for (unsigned Depth = 0; Depth < MaxDepth && Subject.size() == 1; ++Depth) {
    const Value &V = Subject.front();
    LockObject Own(V.Kind, V.Data);
    switch (V.Kind) {
    case ValueKind::Slot:
    case ValueKind::Param:
      return Own;
    case ValueKind::Local: {
      // A reference or pointer to another object stands for it.
      Init I = Inits.lookup(static_cast<uint32_t>(V.Data));
      if (I.Count != 1 || I.Last->NumValues != 1)
        return Own;
      ValueKind From = P.values(*I.Last).front().Kind;
      if (From != ValueKind::Slot && From != ValueKind::Param &&
          From != ValueKind::Local)
        return Own;
      Subject = P.values(*I.Last);
      continue;
    }
    case ValueKind::Result: {
      // std::move(Lock); but once a temporary is made from it, that.
      const CallEdge &Call = P.calls(F)[V.Data];
      const FunctionKnowledge *K =
          Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
      if (!K || K->Returns.empty() || !K->Returns.front().Argument)
        return Own;
      llvm::SmallVector<unsigned, 4> At =
          Values.positions(Call, *K->Returns.front().Argument);
      if (At.size() != 1)
        return Own;
      Subject = P.argument(Call, At.front());
      continue;
    }
    default:
      return std::nullopt;
    }
  }
  return std::nullopt;
}

llvm::SmallVector<unsigned, 4> LockObjects::positions(const CallEdge &Call,
                                                      const LockRule &R) const {
  if (R.Mutex)
    return Values.positions(Call, *R.Mutex);
  return {0};
}

llvm::SmallVector<LockObject, 2>
LockObjects::subjects(const CallEdge &Call, const LockRule &R) const {
  llvm::SmallVector<LockObject, 2> Found;
  for (unsigned Position : positions(Call, R))
    if (std::optional<LockObject> Object = named(P.argument(Call, Position)))
      Found.push_back(*Object);
  return Found;
}

std::optional<uint32_t> LockObjects::initialized(uint32_t Item) const {
  const Flow *Fl = FlowOfResult.lookup(Item);
  if (!Fl || Fl->Target != FlowTarget::Local)
    return std::nullopt;
  return Fl->Index;
}

std::optional<LockObject> LockObjects::made(uint32_t Item) const {
  const CallEdge &Call = P.calls(F)[Item];
  // The summary names an object that is moved by what it is moved from: the
  // variable in `K(std::move(L))` has the value of the call of std::move.
  uint32_t Maker = Item;
  if ((P.entity(Call.Callee).Flags & EF_Constructor) && Call.Arity == 1 &&
      !FlowOfResult.count(Item)) {
    llvm::ArrayRef<Value> From = P.argument(Call, 1);
    if (From.size() == 1 && From.front().Kind == ValueKind::Result)
      Maker = static_cast<uint32_t>(From.front().Data);
    else if (From.size() == 1 && isGuard(From.front()))
      return std::nullopt; // `return Lock`.
  }
  const Flow *Fl = FlowOfResult.lookup(Maker);
  if (!Fl)
    return LockObject(ValueKind::Result, Maker);
  if (Fl->Target != FlowTarget::Local)
    return std::nullopt;
  return LockObject(ValueKind::Local, Fl->Index);
}

bool LockObjects::adopts(const CallEdge &Call, const LockRule &R) const {
  return llvm::any_of(positions(Call, R), [&](unsigned Position) {
    return llvm::any_of(P.argument(Call, Position), [&](const Value &V) {
      return V.Type && Mutexes.contains(V.Type);
    });
  });
}

llvm::SmallVector<uint32_t, 2> LockObjects::makers(FunctionIndex In,
                                                   const Value &Subject) const {
  llvm::SmallVector<uint32_t, 2> Found;
  auto Add = [&](const OriginList &Origins) {
    for (const Origin &O : Origins)
      if (O.Kind == OriginKind::Object && O.Call != NoIndex)
        Found.push_back(O.Call);
  };
  for (const Origin &O : Values.resolve(In, Subject)) {
    Add({O});
    // A guard that is a member: whatever is put into it.
    if (O.Kind == OriginKind::Slot)
      for (const ValueSource &Source :
           Values.slotSources(static_cast<SlotIndex>(O.Data)))
        Add(Values.resolve(Source.In, Values.values(Source)));
  }
  return Found;
}

bool LockObjects::stopsThreads(uint32_t CallIndex, unsigned Depth) {
  const LockRule *R = rule(CallIndex);
  if (!R || Depth > MaxDepth)
    return true;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  // Whoever describes their own guards knows what they hold.
  if (P.knowledge(Call.Callee)->Library->Origin != KnowledgeOrigin::Builtin)
    return true;
  bool MakesGuard = R->Operation != LockOperation::Acquire &&
                    R->Operation != LockOperation::TryAcquire;
  FunctionIndex In = P.functionOfCall(CallIndex);
  bool OtherKind = false;
  for (unsigned Position : positions(Call, *R))
    for (const Value &V : P.argument(Call, Position)) {
      if (isGuard(V)) {
        llvm::SmallVector<uint32_t, 2> Makers = makers(In, V);
        llvm::erase(Makers, CallIndex);
        if (Makers.empty() || llvm::any_of(Makers, [&](uint32_t Maker) {
              return stopsThreads(Maker, Depth + 1);
            }))
          return true;
        OtherKind = true;
      } else if (!MakesGuard || !V.Type || Mutexes.contains(V.Type)) {
        return true;
      } else {
        OtherKind = true;
      }
    }
  return !OtherKind;
}

llvm::SmallVector<SlotIndex, 2> LockObjects::mutexes(uint32_t CallIndex,
                                                     unsigned Depth) {
  llvm::SmallVector<SlotIndex, 2> Found;
  const LockRule *R = rule(CallIndex);
  if (!R || Depth > MaxDepth)
    return Found;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  FunctionIndex In = P.functionOfCall(CallIndex);
  llvm::SmallVector<unsigned, 4> At = positions(Call, *R);
  for (unsigned Position : At)
    for (const Value &V : P.argument(Call, Position)) {
      // A guard's own lock(): the mutex it was made with.
      if (isGuard(V)) {
        for (uint32_t Maker : makers(In, V))
          if (Maker != CallIndex)
            Found.append(mutexes(Maker, Depth + 1));
        continue;
      }
      // Among several arguments there may be others, such as a tag.
      if (At.size() > 1 && V.Type && !Mutexes.contains(V.Type))
        continue;
      for (const Origin &O : Values.resolve(In, V))
        if (O.Kind == OriginKind::Slot)
          Found.push_back(static_cast<SlotIndex>(O.Data));
        else if (O.Kind == OriginKind::Object && O.Call != NoIndex &&
                 O.Call != CallIndex) // A guard that is only described.
          Found.append(mutexes(O.Call, Depth + 1));
    }
  llvm::sort(Found);
  Found.erase(std::unique(Found.begin(), Found.end()), Found.end());
  return Found;
}

} // namespace nostall
