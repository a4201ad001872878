//===- ContextSpread.cpp - the contexts of each function --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ContextSpread.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

ContextSpread::ContextSpread(const Program &P, const CallGraph &Graph,
                             const CallFactTable &Facts, const GilFlow &Gil,
                             const EventLoops &Loops, const TestCode &Tests)
    : P(P), Graph(Graph), Facts(Facts), Gil(Gil), Loops(Loops), Tests(Tests),
      Bits(P.numFunctions(), EC_Unknown) {
  // What an event loop calls is on it, whoever calls the function around it.
  for (const EventLoop &L : Loops.Loops)
    Work.push_back(L.Function);
}

void ContextSpread::add(FunctionIndex F, uint8_t Contexts) {
  if ((Bits[F] | Contexts) == Bits[F])
    return;
  Bits[F] |= Contexts;
  Work.push_back(F);
}

/// Whether the function that starts a coroutine waits afterwards: a sync_wait
/// of the program's own.
bool ContextSpread::waitsAfter(const Edge &E) const {
  const FunctionSummary &Fn = P.function(E.Caller);
  for (uint32_t Call = E.Call + 1; Call < Fn.FirstCall + Fn.NumCalls; ++Call) {
    EntityIndex Callee = P.summary().Calls[Call].Callee;
    const FunctionKnowledge *K =
        Callee == NoIndex ? nullptr : P.knowledge(Callee);
    if (K && K->Multiplexer == WaitKind::None &&
        llvm::any_of(K->Effects, [](const EffectRule &R) {
          return R.What.Kind == Category::Wait;
        }))
      return true;
  }
  return false;
}

uint8_t ContextSpread::along(const Edge &E) const {
  const CallFacts &Fact =
      Facts.at(E.Caller, E.Call - P.function(E.Caller).FirstCall);
  if (Fact.Unreachable)
    return EC_Unknown;
  if (Fact.OffLoop)
    return Bits[E.Caller] & ~EC_EventLoop;
  if (Fact.InChild)
    return EC_Child;
  switch (Fact.Where) {
  case RelativePlace::Loop:
    return EC_EventLoop;
  case RelativePlace::Worker:
    return EC_Worker;
  case RelativePlace::Unknown:
    return EC_Unknown;
  case RelativePlace::AsEntry:
    break;
  }
  // The loop's own thread, whoever started it.
  if (Loops.covers(P, E.Caller, P.summary().Calls[E.Call].Loop))
    return EC_EventLoop;
  uint8_t Passed = Bits[E.Caller];
  // A coroutine goes on when others resume it.
  if (P.isCoroutine(E.Callee) || !Gil.carries(E, /*AtEntry=*/true))
    Passed &= ~EC_HoldsGIL;
  // Started by the main thread and not waited for: what follows the first
  // suspension runs when the loop does.
  if (E.Kind == EdgeKind::Started && !P.isCoroutine(E.Caller) &&
      (Passed & EC_Main) && !waitsAfter(E))
    Passed = (Passed & ~EC_Main) | EC_EventLoop;
  return Passed;
}

void ContextSpread::spread() {
  while (!Work.empty()) {
    FunctionIndex F = Work.back();
    Work.pop_back();
    for (const Edge &E : Graph.callees(F))
      if (!P.isTrusted(E.Callee) && !Tests.drives(F, E.Callee))
        add(E.Callee, along(E));
  }
}

} // namespace nostall
