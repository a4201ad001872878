//===- Traits.cpp - what objects are by nature ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

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
  Truth allHold(const Origin &O, llvm::ArrayRef<Condition> Conditions,
                unsigned Depth, ParamCondition &Open) const;
  Truth holds(const Origin &O, const Condition &C, unsigned Depth,
              ParamCondition &Open) const;
  static constexpr unsigned MaxDepth = 4;

  const ValueFlow &Values;
  const Program &P;
  TraitAnswer Answer;
  FunctionIndex Asked = NoIndex; ///< Whose values they are.
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
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  if (!K || P.functionOfCall(O.Call) == NoIndex || Depth >= MaxDepth)
    return add(P.typeTraits(O.Type));
  for (const ReturnRule &R : K->Returns) {
    if (!R.Traits)
      continue;
    ParamCondition Open{nullptr, 0};
    switch (allHold(O, R.When, Depth, Open)) {
    case Truth::True:
      return add(R.Traits);
    case Truth::OnParam:
      Answer.Unless.push_back(Open);
      break;
    case Truth::False:
    case Truth::Unknown:
      break;
    }
  }
  add(P.typeTraits(O.Type));
}

/// Whether the conditions of a rule about a result hold. OnParam when all but
/// \p Open do.
Truth TraitJoin::allHold(const Origin &O, llvm::ArrayRef<Condition> Conditions,
                         unsigned Depth, ParamCondition &Open) const {
  Truth All = Truth::True;
  for (const Condition &C : Conditions) {
    Truth T = holds(O, C, Depth, Open);
    if (T == Truth::True)
      continue;
    if (T != Truth::OnParam || All != Truth::True)
      return Truth::Unknown;
    All = Truth::OnParam;
  }
  return All;
}

Truth TraitJoin::holds(const Origin &O, const Condition &C, unsigned Depth,
                       ParamCondition &Open) const {
  FunctionIndex Maker = P.functionOfCall(O.Call);
  const CallEdge &Call = P.summary().Calls[O.Call];
  if (C.Test == Condition::Predicate::Is) {
    // One more level of the same question: counted, since results may be made
    // from results without end.
    bool Any = llvm::any_of(
        Values.positions(Call, C.Subject), [&](unsigned Position) {
          TraitAnswer A = TraitJoin(Values).of(
              Maker, P.argument(Call, Position), Depth + 1);
          return A.Known && (A.Traits & C.Traits);
        });
    return Any ? Truth::True : Truth::Unknown;
  }
  Verdict V = evaluate(Values, Maker, Call, C);
  // The caller through which it came knows what it passed.
  if (V.Answer == Truth::OnParam && Maker != Asked && O.Via != NoIndex) {
    Maker = P.functionOfCall(O.Via);
    if (Maker != NoIndex)
      V = evaluate(Values, Maker,
                   P.argument(P.summary().Calls[O.Via], V.Param), C);
  }
  if (V.Answer != Truth::OnParam)
    return V.Answer;
  if (Maker != Asked || V.Scaled)
    return Truth::Unknown;
  Open = {&C, V.Param};
  return Truth::OnParam;
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
  Asked = F;
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

} // namespace nostall
