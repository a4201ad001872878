//===- Contexts.cpp - what runs on an event loop, and why -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Contexts.h"

#include "engine/solve/WaySearch.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

Contexts::Contexts(const ValueFlow &Values, const CallGraph &Graph,
                   const ContextOptions &Options)
    : Graph(Graph), Gil(Values.program(), Graph), Branches(Values.program()),
      Likely(Values.program(), Graph, Branches), Told(Values, Graph),
      Facts(Values), Loops(findEventLoops(Values, Graph, Branches)),
      Found(Values.program(), Loops, Facts, Gil, Told) {
  const Program &P = Values.program();
  TestCode Tests(P, Options.IsTestFile);
  ContextSpread Spread(P, Graph, Facts, Gil, Loops, Tests);
  FoundRoots Roots = findRoots(Values, Graph, Loops, Gil, Tests, Spread);
  Bits = Spread.take();
  WaySearch Search(P, Graph, Facts, Gil, Told, Likely, Tests, Found);
  Search.spread(Roots.OnLoop);
  Search.spread(Roots.GivenGil);
  Search.spread(Roots.TakingGil);
}

const Witness *Contexts::wayTo(FunctionIndex F, uint32_t Call,
                               bool WithGil) const {
  if (!isCallOnLoop(F, Call))
    return nullptr;
  for (uint32_t Index : Found.to(F))
    if (const Witness &W = Found.at(Index);
        Found.isGil(W) == WithGil &&
        (Found.makes(W, F, Call) ||
         (!WithGil && facts(F, Call).Where == RelativePlace::Loop)))
      return &W;
  return nullptr;
}

bool Contexts::excludes(const Edge &Into, uint32_t Call) const {
  return !Told.allowsCall(Told.along(Into, {}), Into.Callee, Call);
}

const Witness &Contexts::witness(FunctionIndex F, uint32_t Call) const {
  if (Call == NoIndex)
    return witness(F);
  for (uint32_t Index : Found.to(F))
    if (Found.makes(Found.at(Index), F, Call))
      return Found.at(Index);
  for (uint32_t Index : Found.to(F))
    if (Told.allowsCall(Found.at(Index).Passed, F, Call))
      return Found.at(Index);
  return witness(F);
}

bool Contexts::isCallOnLoop(FunctionIndex F, uint32_t Call,
                            llvm::ArrayRef<uint32_t> Down, FunctionIndex SinkIn,
                            uint32_t Sink) const {
  if (!isCallOnLoop(F, Call))
    return false;
  // A helper that releases the GIL around the call whose arguments its callers
  // decide.
  return Down.empty() || !holdsGil(F, Call) ||
         (llvm::all_of(
              Down, [&](uint32_t E) { return carriesGil(Graph.edges()[E]); }) &&
          Gil.holds(SinkIn, Sink, /*AtEntry=*/true));
}

} // namespace nostall
