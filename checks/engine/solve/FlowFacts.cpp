//===- FlowFacts.cpp - what is certain at a call ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/FlowFacts.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <optional>
#include <set>

namespace nostall {
namespace {

/// An object by the way it is named in the function.
using ObjectKey = std::pair<ValueKind, int64_t>;

struct State {
  RelativePlace Where = RelativePlace::AsEntry;
  bool OffLoop = false;
  bool InChild = false;
  std::set<ObjectKey> Ready;
  /// Variables with static storage that the function sets and that are not set
  /// yet.
  std::set<SlotIndex> Unset;

  friend bool operator==(const State &, const State &) = default;

  /// What holds on both ways.
  void meet(const State &Other) {
    if (Where != Other.Where)
      Where = RelativePlace::Unknown;
    OffLoop &= Other.OffLoop;
    InChild &= Other.InChild;
    std::erase_if(Ready, [&](const ObjectKey &Key) {
      return !Other.Ready.count(Key);
    });
    std::erase_if(Unset,
                  [&](SlotIndex Slot) { return !Other.Unset.count(Slot); });
  }
};

class FlowAnalysis {
public:
  FlowAnalysis(const ValueFlow &Values, FunctionIndex F)
      : Values(Values), P(Values.program()), F(F) {}
  std::vector<CallFacts> run();

private:
  bool isRelevant() const;
  std::optional<SlotIndex> unsetAlong(const FlowBlock &B,
                                      unsigned Successor) const;
  std::optional<RelativePlace> switchAt(const CallEdge &Await) const;
  void transfer(State &S, uint32_t Item, std::vector<CallFacts> *Out) const;
  State alongEdge(State S, const FlowBlock &B, unsigned Successor) const;
  std::vector<CallFacts> straight() const;
  std::optional<ObjectKey> objectOf(const CallEdge &Call,
                                    unsigned Position) const;

  const ValueFlow &Values;
  const Program &P;
  FunctionIndex F;
};

/// The variable with static storage that the block's branch finds unset on the
/// way to \p Successor, and that the function sets somewhere.
std::optional<SlotIndex>
FlowAnalysis::unsetAlong(const FlowBlock &B, unsigned Successor) const {
  if (B.ConditionValue == NoIndex || B.NumSuccessors != 2)
    return std::nullopt;
  const Value &V = P.summary().Values[B.ConditionValue];
  if (V.Kind != ValueKind::Slot ||
      P.summary().Slots[V.Data].Kind != SlotKind::Global)
    return std::nullopt;
  std::optional<bool> IsNull =
      branchTells(/*Wanted=*/0, B.Op, B.Operand, Successor == 0);
  if (!IsNull || !*IsNull)
    return std::nullopt;
  bool IsSet = llvm::any_of(P.flows(F), [&](const Flow &Put) {
    return Put.Target == FlowTarget::Slot && Put.Index == V.Data;
  });
  return IsSet ? std::optional(static_cast<SlotIndex>(V.Data)) : std::nullopt;
}

bool FlowAnalysis::isRelevant() const {
  for (const FlowBlock &B : P.blocks(F))
    if (unsetAlong(B, 0) || unsetAlong(B, 1))
      return true;
  for (const CallEdge &Call : P.calls(F)) {
    if (Call.Kind == CallKind::Await && switchAt(Call))
      return true;
    if (Call.Callee == NoIndex)
      continue;
    const FunctionKnowledge *K = P.knowledge(Call.Callee);
    if (K && (K->Guard || K->Settles))
      return true;
  }
  return false;
}

std::optional<RelativePlace> FlowAnalysis::switchAt(const CallEdge &Await) const {
  for (const Origin &O : Values.argument(F, Await, 0)) {
    if (O.Kind != OriginKind::Result || O.Call == NoIndex)
      continue;
    const CallEdge &Made = P.summary().Calls[O.Call];
    if (Made.Callee == NoIndex)
      continue;
    const FunctionKnowledge *K = P.knowledge(Made.Callee);
    if (!K)
      continue;
    for (const SwitchRule &R : K->Switches) {
      FunctionIndex Maker = P.functionOfCall(O.Call);
      if (Maker == NoIndex ||
          holdsAll(Values, Maker, Made, R.When) != Truth::True)
        continue;
      if (R.To == RunsIn::Worker)
        return RelativePlace::Worker;
      if (R.To == RunsIn::Loop)
        return RelativePlace::Loop;
      for (unsigned Position : Values.positions(Made, R.Executor)) {
        TraitAnswer A = traitsOf(Values, Maker, P.argument(Made, Position));
        if (A.Known && (A.Traits & T_WorkerExecutor))
          return RelativePlace::Worker;
        if (A.Known && (A.Traits & T_LoopExecutor))
          return RelativePlace::Loop;
      }
      return RelativePlace::Unknown;
    }
  }
  return std::nullopt;
}

std::optional<ObjectKey> FlowAnalysis::objectOf(const CallEdge &Call,
                                                unsigned Position) const {
  llvm::ArrayRef<Value> Object = P.argument(Call, Position);
  // `connection->socket()`, which returns a member.
  if (Object.size() == 1 && Object[0].Kind == ValueKind::Result) {
    OriginList Origins = Values.resolve(F, Object);
    if (Origins.size() == 1 && Origins[0].Kind == OriginKind::Slot)
      return ObjectKey(ValueKind::Slot, Origins[0].Data);
    return std::nullopt;
  }
  if (Object.size() != 1 || (Object[0].Kind != ValueKind::Local &&
                             Object[0].Kind != ValueKind::Slot &&
                             Object[0].Kind != ValueKind::Param))
    return std::nullopt;
  return ObjectKey(Object[0].Kind, Object[0].Data);
}

void FlowAnalysis::transfer(State &S, uint32_t Item,
                            std::vector<CallFacts> *Out) const {
  const CallEdge &Call = P.calls(F)[Item];
  if (Out) {
    CallFacts &Facts = (*Out)[Item];
    Facts.Unreachable = false;
    Facts.Where = S.Where;
    Facts.OffLoop = S.OffLoop;
    Facts.InChild = S.InChild;
    Facts.OnceOnly = !S.Unset.empty();
    // A C function takes its object as the first argument.
    for (unsigned Position : {0u, 1u})
      if (std::optional<ObjectKey> Key = objectOf(Call, Position);
          Key && S.Ready.count(*Key))
        Facts.ReceiverReady = true;
  }
  if (Call.Kind == CallKind::Await)
    if (std::optional<RelativePlace> To = switchAt(Call))
      S.Where = *To;
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  if (K && K->Settles)
    for (unsigned Position : Values.positions(Call, *K->Settles))
      if (std::optional<ObjectKey> Key = objectOf(Call, Position))
        S.Ready.insert(*Key);
}

State FlowAnalysis::alongEdge(State S, const FlowBlock &B,
                              unsigned Successor) const {
  if (B.ConditionValue == NoIndex)
    return S;
  const FlowSuccessor &To = P.summary().Successors[B.FirstSuccessor + Successor];
  if (std::optional<SlotIndex> Slot = unsetAlong(B, Successor))
    S.Unset.insert(*Slot);
  for (const Origin &O :
       Values.resolve(F, P.summary().Values[B.ConditionValue])) {
    if (O.Call == NoIndex)
      continue;
    const CallEdge &Tested = P.summary().Calls[O.Call];
    if (Tested.Callee == NoIndex)
      continue;
    const FunctionKnowledge *K = P.knowledge(Tested.Callee);
    if (!K || !K->Guard)
      continue;
    FunctionIndex Tester = P.functionOfCall(O.Call);
    if (Tester == NoIndex ||
        holdsAll(Values, Tester, Tested, K->Guard->When) != Truth::True)
      continue;
    std::optional<bool> Holds;
    if (B.Op == ConditionOp::Switch) {
      if (!To.IsDefault && K->Guard->Equals)
        Holds = To.CaseValue == *K->Guard->Equals;
    } else {
      Holds = branchTells(K->Guard->Equals, B.Op, B.Operand, Successor == 0);
    }
    if (!Holds)
      continue;
    switch (K->Guard->What) {
    case GuardRule::Fact::Ready:
      if (!*Holds)
        break;
      for (unsigned Position :
           K->Guard->Object ? Values.positions(Tested, *K->Guard->Object)
                            : llvm::SmallVector<unsigned, 4>{0})
        if (std::optional<ObjectKey> Key = objectOf(Tested, Position))
          S.Ready.insert(*Key);
      break;
    case GuardRule::Fact::OnLoop: {
      // "On this executor": a pool's is no loop.
      TraitAnswer Executor = traitsOf(Values, Tester, P.argument(Tested, 0));
      bool IsWorker = Executor.Known && (Executor.Traits & T_WorkerExecutor);
      S.OffLoop = *Holds == IsWorker;
      break;
    }
    case GuardRule::Fact::InChild:
      S.InChild = *Holds;
      break;
    }
  }
  return S;
}

/// A body without branches: calls happen in order.
std::vector<CallFacts> FlowAnalysis::straight() const {
  std::vector<CallFacts> Out(P.calls(F).size());
  State S;
  for (uint32_t I = 0; I < Out.size(); ++I)
    transfer(S, I, &Out);
  return Out;
}

std::vector<CallFacts> FlowAnalysis::run() {
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  if (!isRelevant()) {
    // Reachability is worth knowing all the same, when it is not trivial.
    if (Blocks.empty() || llvm::none_of(Blocks, [&](const FlowBlock &B) {
          for (unsigned I = 0; I < B.NumSuccessors; ++I)
            if (P.summary().Successors[B.FirstSuccessor + I].Block == NoIndex)
              return true;
          return false;
        }))
      return {};
  }
  if (Blocks.empty())
    return straight();

  std::vector<std::optional<State>> Entry(Blocks.size());
  Entry[0] = State();
  std::deque<uint32_t> Work = {0};
  // Each state can only lose facts, so this ends; the bound is for our bugs.
  for (size_t Rounds = Blocks.size() * 64 + 64; !Work.empty() && Rounds;
       --Rounds) {
    uint32_t Index = Work.front();
    Work.pop_front();
    const FlowBlock &B = Blocks[Index];
    State S = *Entry[Index];
    for (unsigned I = 0; I < B.NumItems; ++I)
      transfer(S, P.summary().FlowItems[B.FirstItem + I], nullptr);
    for (unsigned I = 0; I < B.NumSuccessors; ++I) {
      uint32_t To = P.summary().Successors[B.FirstSuccessor + I].Block;
      if (To == NoIndex)
        continue;
      State Next = alongEdge(S, B, I);
      if (!Entry[To]) {
        Entry[To] = std::move(Next);
        Work.push_back(To);
        continue;
      }
      State Met = *Entry[To];
      Met.meet(Next);
      if (!(Met == *Entry[To])) {
        Entry[To] = std::move(Met);
        Work.push_back(To);
      }
    }
  }

  std::vector<CallFacts> Out(P.calls(F).size());
  llvm::BitVector Placed(Out.size());
  for (uint32_t Index = 0; Index < Blocks.size(); ++Index)
    for (unsigned I = 0; I < Blocks[Index].NumItems; ++I)
      Placed.set(P.summary().FlowItems[Blocks[Index].FirstItem + I]);
  for (uint32_t I = 0; I < Out.size(); ++I)
    Out[I].Unreachable = Placed[I];
  for (uint32_t Index = 0; Index < Blocks.size(); ++Index) {
    if (!Entry[Index])
      continue;
    State S = *Entry[Index];
    for (unsigned I = 0; I < Blocks[Index].NumItems; ++I)
      transfer(S, P.summary().FlowItems[Blocks[Index].FirstItem + I], &Out);
  }
  return Out;
}

} // namespace

bool compares(int64_t Value, ConditionOp Op, int64_t Operand) {
  switch (Op) {
  case ConditionOp::True:
    return Value != 0;
  case ConditionOp::Equal:
    return Value == Operand;
  case ConditionOp::NotEqual:
    return Value != Operand;
  case ConditionOp::Less:
    return Value < Operand;
  case ConditionOp::LessEqual:
    return Value <= Operand;
  case ConditionOp::Greater:
    return Value > Operand;
  case ConditionOp::GreaterEqual:
    return Value >= Operand;
  case ConditionOp::HasBits:
    return Value & Operand;
  case ConditionOp::LacksBits:
    return !(Value & Operand);
  case ConditionOp::None:
  case ConditionOp::Switch:
    break;
  }
  assert(false && "no comparison");
  return true;
}

std::optional<bool> branchTells(std::optional<int64_t> Wanted, ConditionOp Op,
                                int64_t Operand, bool Taken) {
  if (!Wanted) {
    if (Op == ConditionOp::True || (Op == ConditionOp::NotEqual && Operand == 0))
      return Taken;
    if (Op == ConditionOp::Equal && Operand == 0)
      return !Taken;
    // More than none, or none.
    if ((Op == ConditionOp::Greater && Operand >= 0) ||
        (Op == ConditionOp::GreaterEqual && Operand >= 1))
      return Taken ? std::optional(true) : std::nullopt;
    return std::nullopt;
  }
  if (Op == ConditionOp::True)
    return *Wanted == 0 ? std::optional(!Taken) : std::nullopt;
  if (Op == ConditionOp::Equal && Operand == *Wanted)
    return Taken;
  if (Op == ConditionOp::NotEqual && Operand == *Wanted)
    return !Taken;
  // `pid > 0` is not the child; `pid <= 0` may be an error as well.
  if (Op == ConditionOp::Greater && Operand >= *Wanted && Taken)
    return false;
  if (Op == ConditionOp::LessEqual && Operand >= *Wanted && !Taken)
    return false;
  return std::nullopt;
}

std::vector<CallFacts> analyzeFlow(const ValueFlow &Values, FunctionIndex F) {
  return FlowAnalysis(Values, F).run();
}

CallFactTable::CallFactTable(const ValueFlow &Values) {
  const Program &P = Values.program();
  ByFunction.resize(P.numFunctions());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (!(P.function(F).Flags & FF_External))
      ByFunction[F] = analyzeFlow(Values, F);
}

} // namespace nostall
