//===- Conditions.cpp - tests of knowledge rules on calls -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

//===----------------------------------------------------------------------===//
// Traits
//===----------------------------------------------------------------------===//

namespace {

/// Joins the traits of several origins.
class TraitJoin {
public:
  TraitJoin(const ValueFlow &Values) : Values(Values), P(Values.program()) {}
  TraitAnswer of(FunctionIndex F, llvm::ArrayRef<Value> Subject,
                 unsigned Depth = 0);

private:
  void add(uint32_t Traits) {
    Answer.Traits = Any ? Answer.Traits & Traits : Traits;
    Any = true;
    if (!Traits)
      AllKnown = false;
  }
  void addOrigin(const Origin &O, unsigned Depth);
  void addSlot(SlotIndex Slot, unsigned Depth);
  void addAll(const ValueFlow::TraitsOfSlot &Others);
  void addSources(llvm::ArrayRef<ValueSource> Sources, unsigned Depth);
  void addResult(const Origin &O, unsigned Depth);
  bool allHold(FunctionIndex Maker, const CallEdge &Call,
               llvm::ArrayRef<Condition> Conditions, unsigned Depth);
  static constexpr unsigned MaxDepth = 4;

  const ValueFlow &Values;
  const Program &P;
  TraitAnswer Answer;
  bool Any = false;
  bool AllKnown = true;
};

void TraitJoin::addSlot(SlotIndex Slot, unsigned Depth) {
  if (uint32_t Marks =
          Values.marks(NoIndex, {ValueKind::Slot, 0, static_cast<int64_t>(Slot)}))
    return add(Marks);
  const nostall::Slot &S = P.summary().Slots[Slot];
  if (uint32_t Traits = P.knowledge().variableTraits(P.string(S.Display)))
    return add(Traits);
  if (uint32_t Traits = P.typeTraits(S.Type))
    return add(Traits);
  llvm::ArrayRef<ValueSource> Sources = Values.slotSources(Slot);
  if (Sources.empty() || Depth > MaxDepth)
    return add(0);
  if (const ValueFlow::TraitsOfSlot *Known = Values.slotTraits(Slot, Depth))
    return addAll(*Known);
  TraitJoin All(Values);
  All.addSources(Sources, Depth);
  ValueFlow::TraitsOfSlot Found{All.Answer.Traits, All.Any, All.AllKnown};
  Values.noteSlotTraits(Slot, Depth, Found);
  addAll(Found);
}

/// As if each had been added here.
void TraitJoin::addAll(const ValueFlow::TraitsOfSlot &Others) {
  if (!Others.Any)
    return;
  Answer.Traits = Any ? Answer.Traits & Others.Traits : Others.Traits;
  Any = true;
  AllKnown = AllKnown && Others.AllKnown;
}

void TraitJoin::addSources(llvm::ArrayRef<ValueSource> Sources,
                           unsigned Depth) {
  for (const ValueSource &Source : Sources) {
    TraitAnswer Part =
        TraitJoin(Values).of(Source.In, Values.values(Source), Depth + 1);
    // A null pointer or an unset descriptor is what the slot holds before it
    // is used.
    if (!Part.Known && Source.NumValues == 1 &&
        Values.values(Source)[0].Kind == ValueKind::Int)
      continue;
    add(Part.Known ? Part.Traits : 0);
  }
}

/// The call that made it, by the knowledge of its function.
void TraitJoin::addResult(const Origin &O, unsigned Depth) {
  const CallEdge &Call = P.summary().Calls[O.Call];
  if (Call.Callee != NoIndex)
    if (const FunctionKnowledge *K = P.knowledge(Call.Callee)) {
      FunctionIndex Maker = P.functionOfCall(O.Call);
      for (const ReturnRule &R : K->Returns)
        if (R.Traits && Maker != NoIndex && Depth < MaxDepth &&
            allHold(Maker, Call, R.When, Depth))
          return add(R.Traits);
    }
  add(P.typeTraits(O.Type));
}

/// Whether the conditions of a rule about a result hold.
bool TraitJoin::allHold(FunctionIndex Maker, const CallEdge &Call,
                        llvm::ArrayRef<Condition> Conditions, unsigned Depth) {
  return llvm::all_of(Conditions, [&](const Condition &C) {
    if (C.Test != Condition::Predicate::Is)
      return evaluate(Values, Maker, Call, C).Answer == Truth::True;
    // One more level of the same question: counted, since results may be made
    // from results without end.
    return llvm::any_of(
        Values.positions(Call, C.Subject), [&](unsigned Position) {
          TraitAnswer A = TraitJoin(Values).of(
              Maker, P.argument(Call, Position), Depth + 1);
          return A.Known && (A.Traits & C.Traits);
        });
  });
}

void TraitJoin::addOrigin(const Origin &O, unsigned Depth) {
  switch (O.Kind) {
  case OriginKind::Param:
    if (uint32_t Traits = P.typeTraits(O.Type))
      return add(Traits);
    Answer.Param = static_cast<unsigned>(O.Data);
    return add(0);
  case OriginKind::Slot:
    return addSlot(static_cast<SlotIndex>(O.Data), Depth);
  case OriginKind::Result:
    return addResult(O, Depth);
  default:
    return add(P.typeTraits(O.Type));
  }
}

TraitAnswer TraitJoin::of(FunctionIndex F, llvm::ArrayRef<Value> Subject,
                          unsigned Depth) {
  for (const Value &V : Subject) {
    if (uint32_t Marks = Values.marks(F, V)) {
      add(Marks);
      continue;
    }
    // The static type, when it says something; an std::ofstream stays one
    // whatever its variable was made from.
    if (uint32_t Traits = P.typeTraits(V.Type)) {
      add(Traits);
      continue;
    }
    OriginList Origins = Values.resolve(F, V);
    // What it holds before it is set: -1, a null pointer.
    if (Origins.size() > 1)
      llvm::erase_if(Origins, [](const Origin &O) {
        return O.Kind == OriginKind::Int;
      });
    for (const Origin &O : Origins)
      addOrigin(O, Depth);
  }
  Answer.Known = Any && AllKnown;
  // A value that may come from elsewhere as well does not hang on the
  // parameter alone.
  if (Answer.Known || (Answer.Param && Subject.size() > 1))
    Answer.Param.reset();
  return Answer;
}

} // namespace

TraitAnswer traitsOf(const ValueFlow &Values, FunctionIndex F,
                     llvm::ArrayRef<Value> Subject) {
  return TraitJoin(Values).of(F, Subject);
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

/// Traits of one object that exclude each other: knowing one answers "no" for
/// the others.
static constexpr uint32_t Families[] = {
    T_FileStream | T_MemoryStream | T_ConsoleStream,
    T_RegularFile | T_BlockingDescriptor | T_NonblockingDescriptor,
    T_WorkerExecutor | T_LoopExecutor,
};

static Truth evaluateTraits(const TraitAnswer &Answer, uint32_t Wanted) {
  if (!Answer.Known)
    return Truth::Unknown;
  if (Answer.Traits & Wanted)
    return Truth::True;
  for (uint32_t Family : Families)
    if (Wanted & Family)
      return Answer.Traits & Family ? Truth::False : Truth::Unknown;
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
    return {evaluateTraits(Answer, C.Traits), 0};
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
        if (holdsAll(Values, F, Call, R.When) != Truth::True)
          continue;
        if (P.entity(Call.Callee).Flags & EF_Constructor)
          markConstructed(P, F, Call, R.Traits, Found);
        else
          for (unsigned Position : Values.positions(Call, R.Object))
            for (const Value &V : P.argument(Call, Position))
              mark(Values, F, V, R.Traits, Found, OfClasses);
      }
    }
  Values.setMarks(std::move(Found), std::move(OfClasses));
}

} // namespace nostall
