//===- Conditions.cpp - tests of knowledge rules on calls -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// Traits of one object that exclude each other: knowing one answers "no" for
/// the others.
static constexpr uint32_t Families[] = {
    T_FileStream | T_MemoryStream | T_ConsoleStream,
    T_RegularFile | T_BlockingDescriptor | T_NonblockingDescriptor,
    T_RegularFile | T_SpecialFile,
    T_WorkerExecutor | T_LoopExecutor,
};

static Truth evaluateTraits(const TraitAnswer &Answer, uint32_t Wanted) {
  if (!Answer.Known)
    return Truth::Unknown;
  if (Answer.Traits & Wanted)
    return Truth::True;
  bool HasFamily = false;
  for (uint32_t Family : Families) {
    if (!(Wanted & Family))
      continue;
    if (Answer.Traits & Family)
      return Truth::False;
    HasFamily = true;
  }
  if (HasFamily)
    return Truth::Unknown;
  return Truth::False;
}

static Truth evaluateOrigin(const Program &P, const Origin &O,
                            const Condition &C) {
  using Predicate = Condition::Predicate;
  switch (C.Test) {
  case Predicate::Equals:
    if (O.Kind == OriginKind::Int)
      return O.Data == C.Number ? Truth::True : Truth::False;
    // A function or an object is not null.
    if (C.Number == 0 &&
        (O.Kind == OriginKind::Function || O.Kind == OriginKind::Bind ||
         O.Kind == OriginKind::Object || O.Kind == OriginKind::String))
      return Truth::False;
    return Truth::Unknown;
  case Predicate::HasFlag:
    if (O.Kind == OriginKind::Int)
      return (O.Data & C.Number) == C.Number ? Truth::True : Truth::False;
    return Truth::Unknown;
  case Predicate::AtMost:
    if (O.Kind == OriginKind::Int || O.Kind == OriginKind::Duration)
      return O.Data <= C.Number ? Truth::True : Truth::False;
    return Truth::Unknown;
  case Predicate::StartsWith:
    if (O.Kind != OriginKind::String)
      return Truth::Unknown;
    return llvm::any_of(C.Texts,
                        [&](const std::string &Prefix) {
                          return P.string(O.Data).starts_with(Prefix);
                        })
               ? Truth::True
               : Truth::False;
  case Predicate::Type:
    if (!O.Type)
      return Truth::Unknown;
    return llvm::any_of(C.Texts,
                        [&](const std::string &Name) {
                          return P.derivesFrom(O.Type, Name);
                        })
               ? Truth::True
               : Truth::False;
  case Predicate::Is:
  case Predicate::Given:
    break;
  }
  return Truth::Unknown;
}

Verdict evaluate(const ValueFlow &Values, FunctionIndex F,
                 llvm::ArrayRef<Value> Subject, const Condition &C) {
  const Program &P = Values.program();
  if (C.Test == Condition::Predicate::Is) {
    TraitAnswer Answer = traitsOf(Values, F, Subject);
    if (Answer.Param)
      return {Truth::OnParam, *Answer.Param};
    return {evaluateTraits(Answer, C.Traits), 0, false, false,
            std::move(Answer.Unless)};
  }
  if (C.Test == Condition::Predicate::Type)
    for (const Value &V : Subject)
      for (const std::string &Name : C.Texts)
        if (V.Type && P.derivesFrom(V.Type, Name))
          return {Truth::True, 0};

  if (C.Test == Condition::Predicate::StartsWith && Subject.size() == 1) {
    ValueFlow::Beginning B = Values.beginning(F, Subject[0]);
    if (B.Param)
      return {Truth::OnParam, *B.Param};
    if (B.Text && llvm::any_of(C.Texts, [&](const std::string &Prefix) {
          return B.Text->starts_with(Prefix);
        }))
      return {Truth::True, 0};
  }

  OriginList Origins = Values.resolve(F, Subject);
  if (Origins.empty())
    return {Truth::Unknown, 0};
  Verdict Result{Truth::True, 0};
  bool First = true;
  for (const Origin &O : Origins) {
    // A multiple is at most none when the parameter is.
    if (O.Kind == OriginKind::ScaledParam && Origins.size() == 1 &&
        (C.Test == Condition::Predicate::AtMost ||
         (C.Test == Condition::Predicate::Equals && C.Number == 0)))
      return {Truth::OnParam, static_cast<unsigned>(O.Data), true};
    if (O.Kind == OriginKind::Param && C.Test != Condition::Predicate::Type) {
      if (Origins.size() == 1)
        return {Truth::OnParam, static_cast<unsigned>(O.Data)};
      return {Truth::Unknown, 0};
    }
    Truth T = evaluateOrigin(P, O, C);
    if (First)
      Result.Answer = T;
    else if (Result.Answer != T)
      return {Truth::Unknown, 0, false,
              llvm::all_of(Origins, [](const Origin &Part) {
                return Part.Kind == OriginKind::Int ||
                       Part.Kind == OriginKind::Duration;
              })};
    First = false;
  }
  return Result;
}

/// A member of a struct that the caller filled in for this call: whatever the
/// calling function puts into that member.
static Verdict evaluateField(const ValueFlow &Values, FunctionIndex F,
                             const Condition &C) {
  const Program &P = Values.program();
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumFlows; ++I) {
    const Flow &Put = P.summary().Flows[Fn.FirstFlow + I];
    if (Put.Target != FlowTarget::Slot ||
        P.string(P.summary().Slots[Put.Index].Display) != C.Field)
      continue;
    if (evaluate(Values, F, P.values(Put), C).Answer == Truth::True)
      return {Truth::True, 0};
  }
  return {Truth::Unknown, 0};
}

Verdict evaluate(const ValueFlow &Values, FunctionIndex F,
                 const CallEdge &Call, const Condition &C) {
  if (!C.Field.empty())
    return evaluateField(Values, F, C);
  llvm::SmallVector<unsigned, 4> Positions = Values.positions(Call, C.Subject);
  if (C.Test == Condition::Predicate::Given) {
    bool Given = llvm::any_of(
        Positions, [&](unsigned Position) { return Position <= Call.Arity; });
    return {Given == (C.Number != 0) ? Truth::True : Truth::False, 0};
  }
  // Of several arguments, one is enough.
  Verdict Result{Truth::Unknown, 0};
  bool First = true;
  for (unsigned Position : Positions) {
    // The object argument is passed whatever the arity says.
    if (Position > Call.Arity && Position != 0)
      continue;
    Verdict V = evaluate(Values, F, Values.program().argument(Call, Position), C);
    if (V.Answer == Truth::True)
      return V;
    if (First || V.Answer == Truth::OnParam ||
        (Result.Answer == Truth::False && V.Answer == Truth::Unknown))
      Result = V;
    First = false;
  }
  return Result;
}

Truth holdsAll(const ValueFlow &Values, FunctionIndex F, const CallEdge &Call,
               llvm::ArrayRef<Condition> Conditions) {
  Truth Result = Truth::True;
  for (const Condition &C : Conditions) {
    Truth T = evaluate(Values, F, Call, C).Answer;
    if (T == Truth::False)
      return Truth::False;
    if (T != Truth::True)
      Result = Truth::Unknown;
  }
  return Result;
}

} // namespace nostall
