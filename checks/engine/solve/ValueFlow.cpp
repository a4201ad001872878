//===- ValueFlow.cpp - where values come from, with knowledge ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ValueFlow.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

static uint64_t localKey(FunctionIndex F, uint32_t Local) {
  return uint64_t(F) << 32 | Local;
}

/// Bounds the sets: past this nobody can say anything useful.
static constexpr size_t MaxOrigins = 64;

static void addOrigin(OriginList &Out, const Origin &O) {
  if (Out.size() < MaxOrigins && !llvm::is_contained(Out, O))
    Out.push_back(O);
}

//===----------------------------------------------------------------------===//
// Collecting what is put where
//===----------------------------------------------------------------------===//

ValueFlow::ValueFlow(const Program &P) : P(P) {
  SlotSources.resize(P.summary().Slots.size());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    collect(F);
}

void ValueFlow::store(FunctionIndex F, llvm::ArrayRef<Value> Target,
                      const ValueSource &Source) {
  for (const Value &V : Target) {
    if (V.Kind == ValueKind::Local)
      LocalSources[localKey(F, V.Data)].push_back(Source);
    else if (V.Kind == ValueKind::Slot)
      SlotSources[V.Data].push_back(Source);
    else if (V.Kind == ValueKind::Param)
      ParamStores[F].push_back({static_cast<unsigned>(V.Data), Source});
    else if (V.Kind == ValueKind::Result) {
      // `handlers_[fd] = f`: through the reference that a container returned.
      const CallEdge &Inner = P.calls(F)[V.Data];
      if (isTransparentCall(Inner))
        store(F, P.argument(Inner, 0), Source);
      else if (const FunctionKnowledge *K =
                   Inner.Callee == NoIndex ? nullptr
                                           : P.knowledge(Inner.Callee))
        for (const ReturnRule &R : K->Returns)
          if (R.Argument)
            for (unsigned Position : positions(Inner, *R.Argument))
              store(F, P.argument(Inner, Position), Source);
    }
  }
}

bool ValueFlow::isTransparentCall(const CallEdge &Call) const {
  if (Call.Callee == NoIndex || Call.NumArgs == 0)
    return false;
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  if (Object.empty() ||
      !(P.typeTraits(Object.front().Type) & (T_Transparent | T_Callable)))
    return false;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  return !K || (K->Returns.empty() && K->Flows.empty());
}

void ValueFlow::collect(FunctionIndex F) {
  for (const Flow &Fl : P.flows(F)) {
    ValueSource Source{F, Fl.FirstValue, Fl.NumValues, Fl.Loc};
    if (Fl.Target == FlowTarget::Local)
      LocalSources[localKey(F, Fl.Index)].push_back(Source);
    else if (Fl.Target == FlowTarget::Slot)
      SlotSources[Fl.Index].push_back(Source);
  }
  const SummaryTables &S = P.summary();
  for (const CallEdge &Call : P.calls(F)) {
    if (Call.Callee == NoIndex || Call.NumArgs == 0 || !P.isActive(Call))
      continue;
    auto Move = [&](unsigned From, unsigned To) {
      if (From >= Call.NumArgs)
        return;
      const Argument &A = S.Args[Call.FirstArg + From];
      if (A.NumValues)
        store(F, P.argument(Call, To),
              {F, A.FirstValue, A.NumValues, Call.Loc});
    };
    const FunctionKnowledge *K = P.knowledge(Call.Callee);
    if (K && !K->Flows.empty()) {
      for (const FlowRule &R : K->Flows)
        for (unsigned From : positions(Call, R.From))
          for (unsigned To : positions(Call, R.To))
            if (From != To)
              Move(From, To);
    } else if (isTransparentCall(Call) &&
               !(P.entity(Call.Callee).Flags & EF_Destructor) &&
               !((P.entity(Call.Callee).Flags & EF_CallOperator))) {
      for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
        Move(Arg, 0);
    }
  }
}

llvm::ArrayRef<ValueSource> ValueFlow::slotSources(SlotIndex Slot) const {
  return SlotSources[Slot];
}

llvm::ArrayRef<ValueFlow::ParamStore>
ValueFlow::paramStores(FunctionIndex F) const {
  auto It = ParamStores.find(F);
  if (It == ParamStores.end())
    return {};
  return It->second;
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

/// Whether an argument is a format that begins with what follows it.
bool ValueFlow::passesOn(const CallEdge &Call, unsigned Arg) const {
  llvm::ArrayRef<Value> Text = P.argument(Call, Arg);
  if (Text.size() != 1 || Text.front().Kind != ValueKind::String ||
      Arg + 1 >= Call.NumArgs)
    return false;
  llvm::StringRef Format = P.string(static_cast<StringId>(Text.front().Data));
  return Format.starts_with("%s") || Format.starts_with("{}");
}

llvm::SmallVector<unsigned, 4>
ValueFlow::positions(const CallEdge &Call, const ArgSelector &Selector) const {
  switch (Selector.K) {
  case ArgSelector::Kind::Position:
    return {Selector.Position + 1};
  case ArgSelector::Kind::Receiver:
    return {0};
  case ArgSelector::Kind::Last:
    return {std::max<unsigned>(Call.Arity, 1)};
  case ArgSelector::Kind::Format: {
    unsigned Format = Selector.Position + 1;
    return {passesOn(Call, Format) ? Format + 1 : Format};
  }
  case ArgSelector::Kind::All: {
    llvm::SmallVector<unsigned, 4> All;
    for (unsigned I = 1; I < Call.NumArgs; ++I)
      All.push_back(I);
    return All;
  }
  case ArgSelector::Kind::Named:
    break;
  }
  llvm::SmallVector<unsigned, 4> Found;
  if (Call.Callee == NoIndex)
    return Found;
  std::vector<llvm::StringRef> Names =
      parameterTypeNames(P.string(P.entity(Call.Callee).Signature));
  for (unsigned I = 0; I < Names.size(); ++I)
    if (matchesPattern(Selector.Name, Names[I]))
      Found.push_back(I + 1);
  return Found;
}

//===----------------------------------------------------------------------===//
// Resolving
//===----------------------------------------------------------------------===//

OriginList ValueFlow::resolve(FunctionIndex F,
                              llvm::ArrayRef<Value> Values) const {
  OriginList Out;
  for (const Value &V : Values)
    resolveInto(F, V, Out);
  return Out;
}

OriginList ValueFlow::resolve(FunctionIndex F, const Value &V) const {
  OriginList Out;
  resolveInto(F, V, Out);
  return Out;
}

void ValueFlow::resolveInto(FunctionIndex F, const Value &V,
                            OriginList &Out) const {
  switch (V.Kind) {
  case ValueKind::Unknown:
    addOrigin(Out, {OriginKind::Unknown, V.Type, 0, NoIndex});
    return;
  case ValueKind::Int:
    addOrigin(Out, {OriginKind::Int, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::String:
    addOrigin(Out, {OriginKind::String, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Duration:
    addOrigin(Out, {OriginKind::Duration, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Param:
    addOrigin(Out, {OriginKind::Param, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::ScaledParam:
    addOrigin(Out, {OriginKind::ScaledParam, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Slot:
    addOrigin(Out, {OriginKind::Slot, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Function:
    addOrigin(Out, {OriginKind::Function, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Object:
    addOrigin(Out, {OriginKind::Object, V.Type, V.Data, NoIndex});
    return;
  case ValueKind::Local:
    resolveLocal(F, V.Data, Out);
    return;
  case ValueKind::Result:
    resolveResult(F, V.Data, V.Type, Out);
    return;
  }
}

void ValueFlow::resolveLocal(FunctionIndex F, uint32_t Local,
                             OriginList &Out) const {
  uint64_t Key = localKey(F, Local);
  auto Cached = LocalCache.find(Key);
  if (Cached == LocalCache.end()) {
    if (llvm::is_contained(Active, Key) || Active.size() > 64)
      return;
    Active.push_back(Key);
    OriginList Mine;
    auto Sources = LocalSources.find(Key);
    if (Sources != LocalSources.end())
      for (const ValueSource &Source : Sources->second)
        for (const Value &V : values(Source))
          resolveInto(F, V, Mine);
    Active.pop_back();
    if (Mine.empty())
      Mine.push_back({OriginKind::Unknown,
                      P.summary().Locals[P.function(F).FirstLocal + Local].Type,
                      0, NoIndex});
    // Inside a cycle the set may lack what the cycle's head still adds.
    if (Active.empty())
      Cached = LocalCache.try_emplace(Key, std::move(Mine)).first;
    else {
      for (const Origin &O : Mine)
        addOrigin(Out, O);
      return;
    }
  }
  for (const Origin &O : Cached->second)
    addOrigin(Out, O);
}

bool ValueFlow::resolveKnown(FunctionIndex F, const CallEdge &Call,
                             uint32_t CallIndex, StringId Type,
                             OriginList &Out) const {
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (K && !K->Returns.empty()) {
    for (const ReturnRule &R : K->Returns) {
      if (!R.When.empty() &&
          holdsAll(*this, F, Call, R.When) != Truth::True)
        continue;
      if (!R.Argument)
        break; // Its traits are asked for by whoever sees the call.
      for (unsigned Position : positions(Call, *R.Argument))
        for (Origin O : argument(F, Call, Position)) {
          if (R.Binds && O.Kind == OriginKind::Function) {
            O.Kind = OriginKind::Bind;
            O.Call = CallIndex;
          }
          addOrigin(Out, O);
        }
      return true;
    }
    addOrigin(Out, {OriginKind::Result, Type, 0, CallIndex});
    return true;
  }
  if (isTransparentCall(Call) &&
      !(P.entity(Call.Callee).Flags & EF_Constructor)) {
    for (const Origin &O : argument(F, Call, 0))
      addOrigin(Out, O);
    return true;
  }
  uint32_t TypeTraits = P.typeTraits(Type);
  const Entity &Callee = P.entity(Call.Callee);
  if ((Callee.Flags & EF_Constructor) &&
      ((TypeTraits & (T_Transparent | T_Callable)) ||
       (Callee.Flags & EF_WrapperConstructor))) {
    // Made from its arguments; with none it is empty.
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      for (const Origin &O : argument(F, Call, Arg))
        addOrigin(Out, O);
    if (Out.empty())
      addOrigin(Out, {OriginKind::Object, Type, 0, CallIndex});
    return true;
  }
  if (K && K->replacesBody()) {
    addOrigin(Out, {OriginKind::Result, Type, 0, CallIndex});
    return true;
  }
  return false;
}

void ValueFlow::resolveReturns(FunctionIndex F, const CallEdge &Call,
                               FunctionIndex Target, OriginList &Out) const {
  // A copy: resolving arguments may add to the cache that it is in.
  const OriginList Returned = returns(Target);
  for (const Origin &O : Returned) {
    if (O.Kind != OriginKind::Param) {
      Origin Handed = O;
      if (O.Kind == OriginKind::Result && O.Call != NoIndex &&
          P.functionOfCall(O.Call) == Target)
        Handed.Via = &Call - P.summary().Calls.data();
      addOrigin(Out, Handed);
      continue;
    }
    for (const Origin &Passed : argument(F, Call, O.Data))
      addOrigin(Out, Passed);
  }
}

void ValueFlow::resolveResult(FunctionIndex F, uint32_t Index, StringId Type,
                              OriginList &Out) const {
  uint32_t CallIndex = P.function(F).FirstCall + Index;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Callee == NoIndex) {
    // What an await gives, or what an unknown callable returns.
    addOrigin(Out, {OriginKind::Result, Type, 0, CallIndex});
    return;
  }
  auto Cached = ResultCache.find(CallIndex);
  if (Cached != ResultCache.end()) {
    for (const Origin &O : Cached->second)
      addOrigin(Out, O);
    return;
  }
  uint64_t Key = uint64_t(1) << 63 | CallIndex;
  if (llvm::is_contained(Active, Key) || Active.size() > 64)
    return;
  Active.push_back(Key);
  OriginList Mine;
  if (!resolveKnown(F, Call, CallIndex, Type, Mine)) {
    llvm::SmallVector<FunctionIndex, 4> Targets;
    if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
      Targets.push_back(Body);
    if (Call.Kind == CallKind::Virtual)
      for (EntityIndex Overrider : P.overriders(Call.Callee))
        if (FunctionIndex Body = P.body(Overrider, F); Body != NoIndex)
          Targets.push_back(Body);
    bool Constructor = P.entity(Call.Callee).Flags & EF_Constructor;
    for (FunctionIndex Target : Targets) {
      if (Constructor)
        addOrigin(Mine, {OriginKind::Object, Type, 0, CallIndex});
      else if (P.isCoroutine(Target))
        addOrigin(Mine, {OriginKind::Task, Type, Target, CallIndex});
      else
        resolveReturns(F, Call, Target, Mine);
    }
    if (Mine.empty())
      addOrigin(Mine, {Constructor ? OriginKind::Object : OriginKind::Result,
                       Type, 0, CallIndex});
  }
  Active.pop_back();
  for (const Origin &O : Mine)
    addOrigin(Out, O);
  if (Active.empty())
    ResultCache[CallIndex] = std::move(Mine);
}

const OriginList &ValueFlow::returns(FunctionIndex F) const {
  auto Cached = ReturnCache.find(F);
  if (Cached != ReturnCache.end())
    return Cached->second;
  uint64_t Key = uint64_t(1) << 62 | F;
  static const OriginList Nothing;
  if (llvm::is_contained(Active, Key) || Active.size() > 64)
    return Nothing;
  Active.push_back(Key);
  OriginList Mine;
  for (const Flow &Fl : P.flows(F))
    if (Fl.Target == FlowTarget::Return)
      for (const Value &V : P.values(Fl))
        resolveInto(F, V, Mine);
  Active.pop_back();
  // A callable made in F and returned keeps the call that binds it; calls are
  // numbered program-wide, so that stays true in the caller.
  return ReturnCache[F] = std::move(Mine);
}

llvm::ArrayRef<ValueSource> ValueFlow::localSources(FunctionIndex F,
                                                    uint32_t Local) const {
  auto It = LocalSources.find(localKey(F, Local));
  if (It == LocalSources.end())
    return {};
  return It->second;
}

ValueFlow::Beginning ValueFlow::beginning(FunctionIndex F, const Value &V,
                                          unsigned Depth) const {
  constexpr unsigned MaxDepth = 6;
  if (Depth > MaxDepth)
    return {};
  auto OfOnly = [&](llvm::ArrayRef<Value> Put) {
    return Put.size() == 1 ? beginning(F, Put[0], Depth + 1) : Beginning();
  };
  switch (V.Kind) {
  case ValueKind::String:
    return {P.string(V.Data), std::nullopt};
  case ValueKind::Param:
    // The object itself is no text.
    if (V.Data != 0)
      return {std::nullopt, static_cast<unsigned>(V.Data)};
    return {};
  case ValueKind::Slot: {
    llvm::ArrayRef<ValueSource> Sources = SlotSources[V.Data];
    if (Sources.size() != 1)
      return {};
    llvm::ArrayRef<Value> Put = values(Sources.front());
    // A constant, not what another function begins it with.
    return Put.size() == 1 && Put[0].Kind == ValueKind::String
               ? beginning(F, Put[0], Depth + 1)
               : Beginning();
  }
  case ValueKind::Local: {
    // Appending changes nothing; several beginnings are none.
    llvm::ArrayRef<ValueSource> Sources = localSources(F, V.Data);
    return Sources.size() == 1 ? OfOnly(values(Sources.front())) : Beginning();
  }
  case ValueKind::Result: {
    // What a function makes of texts begins with the first of them.
    const CallEdge &Call = P.calls(F)[V.Data];
    for (unsigned Arg = 0; Arg < Call.NumArgs; ++Arg)
      if (llvm::ArrayRef<Value> Passed = P.argument(Call, Arg);
          !Passed.empty() && !passesOn(Call, Arg))
        return OfOnly(Passed);
    return {};
  }
  default:
    return {};
  }
}

std::optional<int64_t> ValueFlow::constant(FunctionIndex F,
                                           const CallEdge &Call,
                                           unsigned Arg) const {
  llvm::ArrayRef<Value> Passed = P.argument(Call, Arg);
  if (Passed.size() != 1)
    return std::nullopt;
  if (Passed[0].Kind == ValueKind::Int)
    return Passed[0].Data;
  // A function or an object is not null.
  if (Passed[0].Kind == ValueKind::Function)
    return 1;
  if (Passed[0].Kind != ValueKind::Local)
    return std::nullopt;
  OriginList Origins = resolve(F, Passed);
  if (Origins.size() != 1 || Origins[0].Kind != OriginKind::Int)
    return std::nullopt;
  return Origins[0].Data;
}

} // namespace nostall
