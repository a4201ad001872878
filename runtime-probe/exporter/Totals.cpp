//===- Totals.cpp - what the traces add up to -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/Totals.h"

#include <algorithm>

namespace nostall::exporter {

void LoopFigures::addChange(const LoopFigures &Now, LoopFigures &Before) {
  auto Add = [](uint64_t &Sum, uint64_t Value, uint64_t &Last) {
    if (Value <= Last)
      return;
    Sum += Value - Last;
    Last = Value;
  };
  for (auto Field :
       {&LoopFigures::Iterations, &LoopFigures::BusyNs, &LoopFigures::IdleNs,
        &LoopFigures::Stalls, &LoopFigures::LateWaits, &LoopFigures::LateNs,
        &LoopFigures::DroppedStalls, &LoopFigures::DroppedSamples,
        &LoopFigures::Calls})
    Add(this->*Field, Now.*Field, Before.*Field);
  for (size_t I = 0; I < Below.size(); ++I)
    Add(Below[I], Now.Below[I], Before.Below[I]);
}

LoopTotals &Totals::loop(const LoopNames &Names, uint32_t Trace) {
  auto It = Loops.find(Names);
  if (It == Loops.end()) {
    bool IsFull = Loops.size() >= MaxLoops;
    It = Loops.try_emplace(IsFull ? LoopNames("other", "other") : Names).first;
  }
  It->second.Traces.insert(Trace);
  return It->second;
}

void Totals::drop(uint32_t Trace) {
  for (auto &[Names, Loop] : Loops)
    Loop.Traces.erase(Trace);
  std::erase_if(Loops,
                [](const auto &Entry) { return Entry.second.Traces.empty(); });
  Signatures.drop(Trace);
}

} // namespace nostall::exporter
