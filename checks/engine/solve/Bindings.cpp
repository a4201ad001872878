//===- Bindings.cpp - what a call tells its callee --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Bindings.h"

#include "engine/solve/FlowFacts.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

static constexpr unsigned MaxParams = 64; // Bits.

/// Whether the arguments of the call are the callee's parameters. Of stored
/// callables a lambda's surely are, and what a pointer to a function is called
/// with; others may have been bound.
static bool carriesArguments(const Program &P, const Edge &E) {
  return E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual ||
         (E.Kind == EdgeKind::Stored &&
          ((P.function(E.Callee).Flags & FF_Lambda) ||
           P.summary().Calls[E.Call].Kind == CallKind::Indirect));
}

/// The parameter that a call hands on as its argument \p Arg.
static std::optional<unsigned> handedOn(const Program &P, const CallEdge &Call,
                                        unsigned Arg) {
  llvm::ArrayRef<Value> Handed = P.argument(Call, Arg);
  if (Handed.size() != 1 || Handed[0].Kind != ValueKind::Param ||
      Handed[0].Data < 0 || Handed[0].Data >= MaxParams)
    return std::nullopt;
  return static_cast<unsigned>(Handed[0].Data);
}

/// The parameter, `this` aside, that the block's branch looks at.
std::optional<unsigned> Bindings::testedParam(const FlowBlock &B) const {
  if (B.ConditionValue == NoIndex || B.Op == ConditionOp::None)
    return std::nullopt;
  const Value &V = P.summary().Values[B.ConditionValue];
  if (V.Kind != ValueKind::Param || V.Data <= 0 || V.Data >= MaxParams)
    return std::nullopt;
  return static_cast<unsigned>(V.Data);
}

Bindings::Bindings(const ValueFlow &Values, const CallGraph &Graph)
    : Values(Values), P(Values.program()), Graph(Graph),
      Tested(P.numFunctions()), Dispatched(P.numFunctions()) {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    for (const FlowBlock &B : P.blocks(F))
      if (std::optional<unsigned> Param = testedParam(B))
        Tested[F] |= uint64_t(1) << *Param;
    markReceivers(F);
  }
  spread();
}

/// Parameters on which virtual functions with several targets are called.
void Bindings::markReceivers(FunctionIndex F) {
  llvm::ArrayRef<Edge> Callees = Graph.callees(F);
  for (size_t I = 1; I < Callees.size(); ++I)
    if (Callees[I].Kind == EdgeKind::Virtual &&
        Callees[I - 1].Kind == EdgeKind::Virtual &&
        Callees[I].Call == Callees[I - 1].Call)
      if (std::optional<unsigned> Param =
              handedOn(P, P.summary().Calls[Callees[I].Call], 0))
        Dispatched[F] |= uint64_t(1) << *Param;
}

/// What a function hands on to such a parameter matters as well.
void Bindings::spread() {
  std::vector<FunctionIndex> Changed;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (Tested[F] | Dispatched[F])
      Changed.push_back(F);
  while (!Changed.empty()) {
    FunctionIndex F = Changed.back();
    Changed.pop_back();
    for (uint32_t Index : Graph.callers(F)) {
      const Edge &E = Graph.edges()[Index];
      if (!carriesArguments(P, E))
        continue;
      const CallEdge &Call = P.summary().Calls[E.Call];
      auto Before = std::pair(Tested[E.Caller], Dispatched[E.Caller]);
      for (unsigned Arg = 0; Arg < std::min<unsigned>(Call.NumArgs, MaxParams);
           ++Arg) {
        std::optional<unsigned> Own = handedOn(P, Call, Arg);
        if (!Own)
          continue;
        Tested[E.Caller] |= (Tested[F] >> Arg & 1) << *Own;
        Dispatched[E.Caller] |= (Dispatched[F] >> Arg & 1) << *Own;
      }
      if (Before != std::pair(Tested[E.Caller], Dispatched[E.Caller]))
        Changed.push_back(E.Caller);
    }
  }
}

llvm::StringRef Bindings::classOf(FunctionIndex F) const {
  return P.nameOf(P.function(F)).rsplit("::").first;
}

void Bindings::addClass(const Edge &E, unsigned Param, const Binding &Known,
                        Binding &To) const {
  const CallEdge &Call = P.summary().Calls[E.Call];
  if (std::optional<unsigned> Own = handedOn(P, Call, Param)) {
    for (const BoundParam &B : Known)
      if (B.Param == *Own && B.What != BoundParam::Fact::Value) {
        To.push_back({Param, B.What, B.Data});
        return;
      }
  } else {
    // Made here, and so of exactly this class.
    OriginList Origins = Values.argument(E.Caller, Call, Param);
    if (Origins.size() == 1 && Origins[0].Kind == OriginKind::Object &&
        Origins[0].Type && P.hasBases(P.string(Origins[0].Type))) {
      To.push_back({Param, BoundParam::Fact::Class, Origins[0].Type});
      return;
    }
  }
  // The static type of an object whose base class has the function.
  llvm::ArrayRef<Value> Handed = P.argument(Call, Param);
  if (Param == 0 && Handed.size() == 1 && Handed[0].Type &&
      P.string(Handed[0].Type) != classOf(E.Callee) &&
      P.derivesFrom(Handed[0].Type, classOf(E.Callee)))
    To.push_back({Param, BoundParam::Fact::SomeClass, Handed[0].Type});
}

Binding Bindings::along(const Edge &E, const Binding &Known) const {
  Binding Passed;
  if (!carriesArguments(P, E) || !(Tested[E.Callee] | Dispatched[E.Callee]))
    return Passed;
  const CallEdge &Call = P.summary().Calls[E.Call];
  for (unsigned Param = 0; Param < MaxParams; ++Param) {
    if (Dispatched[E.Callee] >> Param & 1)
      addClass(E, Param, Known, Passed);
    if (Param == 0 || !(Tested[E.Callee] >> Param & 1))
      continue;
    std::optional<int64_t> Value = Values.constant(E.Caller, Call, Param);
    // Any number that is not null stands for an address.
    if (!Value && Param < 16 && (Call.Addresses >> Param & 1))
      Value = 1;
    if (Value) {
      Passed.push_back({Param, BoundParam::Fact::Value, *Value});
      continue;
    }
    if (std::optional<unsigned> Own = handedOn(P, Call, Param))
      for (const BoundParam &B : Known)
        if (B.Param == *Own && B.What == BoundParam::Fact::Value)
          Passed.push_back({Param, BoundParam::Fact::Value, B.Data});
  }
  return Passed;
}

/// The calls to which control gets when branches on these parameters go the
/// way that the constants say.
llvm::BitVector Bindings::reachable(FunctionIndex F,
                                    const Binding &Known) const {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  auto ValueOf = [&](unsigned Param) -> const BoundParam * {
    for (const BoundParam &B : Known)
      if (B.Param == Param && B.What == BoundParam::Fact::Value)
        return &B;
    return nullptr;
  };
  llvm::BitVector Calls(P.calls(F).size(), true);
  std::vector<bool> Seen(Blocks.size());
  llvm::SmallVector<uint32_t, 16> Work = {0};
  Seen[0] = true;
  while (!Work.empty()) {
    const FlowBlock &B = Blocks[Work.pop_back_val()];
    llvm::ArrayRef<FlowSuccessor> Successors =
        llvm::ArrayRef(P.summary().Successors)
            .slice(B.FirstSuccessor, B.NumSuccessors);
    std::optional<unsigned> Param = testedParam(B);
    const BoundParam *Value = Param ? ValueOf(*Param) : nullptr;
    auto IsTaken = [&](const FlowSuccessor &To, size_t Index) {
      if (!Value)
        return true;
      if (B.Op != ConditionOp::Switch)
        return compares(Value->Data, B.Op, B.Operand) == (Index == 0);
      if (!To.IsDefault)
        return To.CaseValue == Value->Data;
      return llvm::none_of(Successors, [&](const FlowSuccessor &Case) {
        return !Case.IsDefault && Case.CaseValue == Value->Data;
      });
    };
    for (size_t I = 0; I < Successors.size(); ++I) {
      uint32_t Next = Successors[I].Block;
      if (Next == NoIndex || Seen[Next] || !IsTaken(Successors[I], I))
        continue;
      Seen[Next] = true;
      Work.push_back(Next);
    }
  }
  for (uint32_t B = 0; B < Blocks.size(); ++B)
    if (!Seen[B])
      for (unsigned I = 0; I < Blocks[B].NumItems; ++I)
        Calls.reset(P.summary().FlowItems[Blocks[B].FirstItem + I]);
  return Calls;
}

bool Bindings::allowsCall(const Binding &Known, FunctionIndex F,
                          uint32_t Call) const {
  if (P.blocks(F).empty())
    return true;
  std::vector<BoundParam> Values;
  for (const BoundParam &B : Known)
    if (B.What == BoundParam::Fact::Value)
      Values.push_back(B);
  if (Values.empty())
    return true;
  auto [It, New] = Reachable.try_emplace({F, std::move(Values)});
  if (New)
    It->second = reachable(F, Known);
  return It->second[Call];
}

bool Bindings::allowsTarget(const Binding &Known, const Edge &E) const {
  if (E.Kind != EdgeKind::Virtual || Known.empty())
    return true;
  std::optional<unsigned> Receiver =
      handedOn(P, P.summary().Calls[E.Call], 0);
  if (!Receiver)
    return true;
  llvm::StringRef Target = classOf(E.Callee);
  for (const BoundParam &B : Known) {
    if (B.Param != *Receiver || B.What == BoundParam::Fact::Value)
      continue;
    auto Type = static_cast<StringId>(B.Data);
    bool IsBase = P.derivesFrom(Type, Target);
    if (!IsBase && (B.What == BoundParam::Fact::Class ||
                    !P.derivesFrom(Target, P.string(Type))))
      return false;
    // A base's function, where a class in between overrides it.
    if (IsBase && llvm::any_of(Graph.callees(E.Caller), [&](const Edge &Other) {
          return Other.Call == E.Call && Other.Kind == E.Kind &&
                 Other.Callee != E.Callee &&
                 P.derivesFrom(Type, classOf(Other.Callee)) &&
                 P.derivesFrom(classOf(Other.Callee), Target);
        }))
      return false;
  }
  return true;
}

} // namespace nostall
