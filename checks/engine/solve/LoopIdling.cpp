//===- LoopIdling.cpp - how event loops pass the time -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopIdling.h"

#include "engine/solve/Conditions.h"
#include "engine/solve/EventLoops.h"
#include "engine/solve/FlowOrder.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// A function that waits for descriptors, or sleeps when there are none to
/// wait for: either is how the loop idles.
void LoopIdling::addSleeps(std::set<uint32_t> &Waits) const {
  std::vector<uint32_t> Sleeps;
  for (uint32_t Wait : Waits) {
    FunctionIndex F = P.functionOfCall(Wait);
    if (F == NoIndex || P.blocks(F).empty())
      continue;
    uint32_t First = P.function(F).FirstCall;
    for (uint32_t I = 0; I < P.function(F).NumCalls; ++I) {
      EntityIndex Callee = P.summary().Calls[First + I].Callee;
      const FunctionKnowledge *K =
          Callee == NoIndex ? nullptr : P.knowledge(Callee);
      if (K && llvm::any_of(K->Effects, [](const EffectRule &R) {
            return R.What.Kind == Category::Sleep;
          }) &&
          !leadsTo(P, F, I, Wait - First) && !leadsTo(P, F, Wait - First, I))
        Sleeps.push_back(First + I);
    }
  }
  Waits.insert(Sleeps.begin(), Sleeps.end());
}

bool LoopIdling::onlyPolls(FunctionIndex F, const CallEdge &Call) const {
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  auto Is = [&](const Condition &C, Truth T) {
    return evaluate(Values, F, Call, C).Answer == T;
  };
  return llvm::all_of(K->Effects, [&](const EffectRule &R) {
    return llvm::any_of(R.When, [&](auto &C) { return Is(C, Truth::False); }) ||
           llvm::any_of(R.Unless, [&](auto &C) { return Is(C, Truth::True); });
  });
}

/// A sleep, or a wait for a condition under a lock that the function takes.
bool LoopIdling::isPause(FunctionIndex F, const CallEdge &Call) const {
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  if (!K || K->Multiplexer != WaitKind::None)
    return false;
  auto Has = [&](Category Kind) {
    return llvm::any_of(K->Effects, [&](const EffectRule &R) {
      return R.What.Kind == Kind;
    });
  };
  if (Has(Category::Sleep))
    return true;
  if (!Has(Category::Wait))
    return false;
  auto IsLocked = [&](const Value &Mutex) {
    return llvm::any_of(P.calls(F), [&](const CallEdge &Lock) {
      const FunctionKnowledge *Of =
          Lock.Callee == NoIndex ? nullptr : P.knowledge(Lock.Callee);
      return Of && llvm::any_of(Of->Locks, [&](const LockRule &R) {
        if (R.Operation != LockOperation::Acquire || !R.Mutex)
          return false;
        return llvm::any_of(Values.positions(Lock, *R.Mutex), [&](unsigned At) {
          return llvm::any_of(P.argument(Lock, At), [&](const Value &V) {
            return V.Kind == Mutex.Kind && V.Data == Mutex.Data;
          });
        });
      });
    });
  };
  for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
    for (const Value &V : P.argument(Call, Arg))
      if ((P.typeTraits(V.Type) & T_LockGuard) || IsLocked(V))
        return true;
  return false;
}

/// A loop that only polls its descriptors and pauses between the rounds waits
/// by that: a thread that looks from time to time.
void LoopIdling::addPauses(
    const std::set<std::pair<FunctionIndex, uint16_t>> &Polling,
    std::set<uint32_t> &Waits) const {
  for (const auto &[F, Loop] : Polling) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = Fn.FirstCall; I < Fn.FirstCall + Fn.NumCalls; ++I) {
      const CallEdge &Call = P.summary().Calls[I];
      if (isWithinLoop(P, F, Call.Loop, Loop) && isPause(F, Call))
        Waits.insert(I);
    }
  }
}

} // namespace nostall
