//===- Bindings.cpp - what a call tells its callee --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Bindings.h"

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

Bindings::Bindings(const ValueFlow &Values, const CallGraph &Graph,
                   llvm::ArrayRef<std::vector<CallFacts>> Facts)
    : Values(Values), P(Values.program()), Graph(Graph),
      Tested(P.numFunctions()), Dispatched(P.numFunctions()) {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    for (const CallFacts &Fact : Facts[F])
      for (const ParamFact &Required : Fact.Requires)
        if (Required.Param < MaxParams)
          Tested[F] |= uint64_t(1) << Required.Param;
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
    if (std::optional<int64_t> Value = Values.constant(E.Caller, Call, Param)) {
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
