//===- Marks.cpp - what calls make of objects -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

static void mark(const ValueFlow &Values, FunctionIndex F, const Value &V,
                 uint32_t Traits, llvm::DenseMap<uint64_t, uint32_t> &Found,
                 llvm::StringMap<uint32_t> &OfClasses) {
  const Program &P = Values.program();
  if (ValueFlow::canBeMarked(V))
    Found[ValueFlow::markKey(F, V)] |= Traits;
  // Through a smart pointer.
  for (const Origin &O : Values.resolve(F, V))
    if (O.Kind == OriginKind::Slot)
      Found[ValueFlow::markKey(F, {ValueKind::Slot, 0, O.Data})] |= Traits;
  // What the object's own functions see of it.
  if (V.Type && !P.typeTraits(V.Type) &&
      !P.knowledge().libraryOf(P.string(V.Type)))
    OfClasses[P.string(V.Type)] |= Traits;
}

/// The variable or member that a constructor's call initialises.
static void markConstructed(const Program &P, FunctionIndex F,
                            const CallEdge &Call, uint32_t Traits,
                            llvm::DenseMap<uint64_t, uint32_t> &Found) {
  const FunctionSummary &Fn = P.function(F);
  int64_t Local = &Call - &P.summary().Calls[Fn.FirstCall];
  for (uint32_t I = 0; I < Fn.NumFlows; ++I) {
    const Flow &Put = P.summary().Flows[Fn.FirstFlow + I];
    if (Put.Target == FlowTarget::Return)
      continue;
    ValueKind Kind = Put.Target == FlowTarget::Local ? ValueKind::Local
                                                     : ValueKind::Slot;
    for (const Value &V : P.values(Put))
      if (V.Kind == ValueKind::Result && V.Data == Local)
        Found[ValueFlow::markKey(F, {Kind, 0, Put.Index})] |= Traits;
  }
}

/// Whether the rule makes something of the call's object.
static bool applies(const ValueFlow &Values, FunctionIndex F,
                    const CallEdge &Call, const MarkRule &R) {
  return holdsAll(Values, F, Call, R.When) == Truth::True &&
         llvm::none_of(R.Unless, [&](const Condition &C) {
           return evaluate(Values, F, Call, C).Answer == Truth::True;
         });
}

/// What a function makes of its parameter it makes of what callers pass.
static void markArguments(const ValueFlow &Values,
                          llvm::DenseMap<uint64_t, uint32_t> &Found,
                          llvm::StringMap<uint32_t> &OfClasses) {
  const Program &P = Values.program();
  constexpr unsigned MaxCalls = 4;
  for (unsigned Round = 0; Round < MaxCalls; ++Round) {
    size_t Before = Found.size();
    for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
      for (const CallEdge &Call : P.calls(F)) {
        if (Call.Kind != CallKind::Direct || Call.Callee == NoIndex)
          continue;
        FunctionIndex Body = P.body(Call.Callee, F);
        if (Body == NoIndex)
          continue;
        for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
          if (uint32_t Traits = Found.lookup(ValueFlow::markKey(
                  Body, {ValueKind::Param, 0, static_cast<int64_t>(Arg)})))
            for (const Value &V : P.argument(Call, Arg))
              mark(Values, F, V, Traits, Found, OfClasses);
      }
    if (Found.size() == Before)
      return;
  }
}

void markObjects(ValueFlow &Values) {
  const Program &P = Values.program();
  llvm::DenseMap<uint64_t, uint32_t> Found;
  llvm::StringMap<uint32_t> OfClasses;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    for (const CallEdge &Call : P.calls(F)) {
      const FunctionKnowledge *K =
          Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
      if (!K)
        continue;
      for (const MarkRule &R : K->Marks) {
        if (!applies(Values, F, Call, R))
          continue;
        if (P.entity(Call.Callee).Flags & EF_Constructor)
          markConstructed(P, F, Call, R.Traits, Found);
        else
          for (unsigned Position : Values.positions(Call, R.Object))
            for (const Value &V : P.argument(Call, Position))
              mark(Values, F, V, R.Traits, Found, OfClasses);
      }
    }
  if (!Found.empty())
    markArguments(Values, Found, OfClasses);
  Values.setMarks(std::move(Found), std::move(OfClasses));
}

} // namespace nostall
