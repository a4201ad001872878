//===- Ways.cpp - how functions come to run on the loop ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Ways.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>
#include <tuple>

namespace nostall {

Ways::Ways(const Program &P, const EventLoops &Loops,
           const CallFactTable &Facts, const GilFlow &Gil, const Bindings &Told)
    : P(P), Loops(Loops), Facts(Facts), Gil(Gil), Told(Told),
      ByFunction(P.numFunctions()), WholeOnLoop(P.numFunctions()) {}

uint32_t Ways::addRoot(Root R) {
  if (!R.Framework)
    R.Framework = R.Rule ? R.Rule->Library : frameworkOf(P, R.Function);
  Roots.push_back(R);
  return Roots.size() - 1;
}

uint32_t Ways::add(FunctionIndex F, const Witness &W) {
  uint32_t Index = Witnesses.size();
  Witnesses.push_back(W);
  // What holds for the whole function explains its regions as well.
  if (isRegion(W)) {
    if (!WholeOnLoop[F])
      ByFunction[F].push_back(Index);
    return Index;
  }
  if (!isGil(W) && !WholeOnLoop[F]) {
    ByFunction[F].clear();
    WholeOnLoop.set(F);
  }
  ByFunction[F].push_back(Index);
  return Index;
}

bool Ways::covers(FunctionIndex F, const Witness &W) const {
  return llvm::any_of(ByFunction[F], [&](uint32_t Index) {
    const Witness &Known = Witnesses[Index];
    // An event loop's region is not the whole function.
    if (isGil(Known) ? !entersWithGil(Known) : !WholeOnLoop[F])
      return false;
    return llvm::all_of(Known.Passed, [&](const BoundParam &Fact) {
      return llvm::is_contained(W.Passed, Fact);
    });
  });
}

/// Of a function, or of a loop in it, that an event loop runs.
bool Ways::isOnLoop(FunctionIndex F, uint16_t Loop) const {
  return WholeOnLoop[F] || Loops.covers(P, F, Loop);
}

bool Ways::makes(const Witness &W, FunctionIndex F, uint32_t Call) const {
  return Told.allowsCall(W.Passed, F, Call) &&
         (isGil(W) ? Gil.holds(F, Call, entersWithGil(W))
                   : isOnLoop(F, P.calls(F)[Call].Loop));
}

bool Ways::isCallOnLoop(FunctionIndex F, uint32_t Call) const {
  const CallFacts &Fact = Facts.at(F, Call);
  if (Fact.OffLoop || Fact.InChild || Fact.Unreachable ||
      Fact.Where == RelativePlace::Worker ||
      Fact.Where == RelativePlace::Unknown)
    return false;
  if (Fact.Where == RelativePlace::Loop)
    return true;
  return llvm::any_of(ByFunction[F], [&](uint32_t Index) {
    return makes(Witnesses[Index], F, Call);
  });
}

/// Whether the coroutine was moved to a worker before the loop. By the calls in
/// the loop; where there are none, by the one that follows the last before it:
/// between the two nothing moves it.
bool Ways::isMovedAway(FunctionIndex F, uint16_t Loop) const {
  auto IsAway = [&](uint32_t Call) {
    const CallFacts &Fact = Facts.at(F, Call);
    return Fact.OffLoop || Fact.InChild ||
           Fact.Where == RelativePlace::Worker ||
           Fact.Where == RelativePlace::Unknown;
  };
  const Location &At = P.loops(F)[Loop - 1].Loc;
  llvm::ArrayRef<CallEdge> Calls = P.calls(F);
  std::optional<bool> AllInside;
  std::optional<uint32_t> Next;
  for (uint32_t I = 0; I < Calls.size(); ++I) {
    const CallEdge &Call = Calls[I];
    if (isWithinLoop(P, F, Call.Loop, Loop))
      AllInside = AllInside.value_or(true) && IsAway(I);
    else if (!(Call.Flags & (CF_ScopeEnd | CF_Implicit)) &&
             Call.Loc.File == At.File &&
             std::tie(Call.Loc.Line, Call.Loc.Column) <
                 std::tie(At.Line, At.Column))
      Next = I + 1;
  }
  if (AllInside)
    return *AllInside;
  return Next && *Next < Calls.size() && IsAway(*Next);
}

bool Ways::isLoopOnLoop(FunctionIndex F, uint16_t Loop) const {
  if (isMovedAway(F, Loop))
    return false;
  return isOnLoop(F, Loop) || llvm::any_of(ByFunction[F], [&](uint32_t Index) {
           const Witness &W = Witnesses[Index];
           return isGil(W) && Gil.holdsInLoop(F, Loop, entersWithGil(W));
         });
}

} // namespace nostall
