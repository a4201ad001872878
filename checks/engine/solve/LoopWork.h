//===- LoopWork.h - the work of loops and calls -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Adds up what bodies cost (TUSummary's Cost) through nests and calls. What is
// done for certain, what is done at most and what is to be expected are kept
// apart: a `break` may end a loop at once, a function has branches, and loops
// go through data of unknown size.
//
// Not reentrant; used by one thread.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include "llvm/ADT/SmallVector.h"

#include <map>
#include <tuple>
#include <vector>

namespace nostall {

/// Rounds of innermost loops, and what they cost with the calls in them, in
/// picoseconds on the reference machine. Both saturate.
struct Work {
  uint64_t Rounds = 0;
  uint64_t Cost = 0;

  void add(const Work &Other);
  /// \p Trips rounds of this.
  Work repeated(uint64_t Trips) const;
  /// This, done \p Chance times on average.
  Work scaled(double Chance) const;
};

/// Work that a parameter counts.
struct WorkPerParam {
  unsigned Param = 0;
  double Cost = 0; ///< Picoseconds for each one that it is larger.
};

struct Estimate {
  Work Certain, Most;
  /// With loops over data of unknown size taken to be short.
  Work Expected;
  /// On top of that, for what bounds loops and can be seen at the call only.
  llvm::SmallVector<WorkPerParam, 2> PerParam;

  void add(const Estimate &Other, double Chance = 1);
};

/// Rounds of a loop through data of unknown size, where it stands in another.
inline constexpr uint64_t AssumedRounds = 8;

/// Rounds of loops that were counted in a run, on average per entry, by file,
/// line and column.
using CountedRounds =
    std::map<std::tuple<StringId, uint32_t, uint32_t>, double>;

/// Whether loop \p Loop suspends in each round, or every so many.
bool suspendsInRounds(const Program &P, FunctionIndex F, uint16_t Loop);

class LoopWork {
public:
  /// \p Counted stands in for what is unknown.
  LoopWork(const ValueFlow &Values, const CallGraph &Graph,
           CountedRounds Counted = {})
      : Values(Values), P(Values.program()), Graph(Graph),
        Counted(std::move(Counted)), Costs(P.numFunctions()) {
    addUpAll();
  }

  /// Work of a loop's nest.
  Estimate of(FunctionIndex F, uint16_t Loop);
  /// Work of one call.
  const Estimate &of(FunctionIndex F) const { return Costs[F]; }
  /// Work of one round.
  Estimate round(FunctionIndex F, uint16_t Loop);
  /// The same without inner loops.
  Estimate ownRound(FunctionIndex F, uint16_t Loop);
  /// What the sizes that call \p CallIndex of \p F passes make its callees do,
  /// in picoseconds; 0 when it passes no constants that count work.
  uint64_t passed(FunctionIndex F, uint32_t CallIndex);

  /// What a known library function computes for this call, in picoseconds;
  /// nothing when that is not known or grows with an unknown size.
  std::optional<double> known(FunctionIndex F, const CallEdge &Call) const;

private:
  void addUpAll();
  void addUp(FunctionIndex F);
  void addCalls(FunctionIndex F, uint16_t Loop, Estimate &To);
  void addKnownCalls(FunctionIndex F, uint16_t Loop, Estimate &To);
  void addCallees(FunctionIndex F, uint16_t Loop, Estimate &To);
  void addPerParam(FunctionIndex F, const CallEdge &Call,
                   const Estimate &Callee, double Chance, Estimate &To);
  double ownCost(FunctionIndex F, uint32_t CallIndex) const;
  Work onEveryWay(FunctionIndex F, llvm::ArrayRef<Work> OfCalls) const;
  bool mayBeSkipped(FunctionIndex F, uint16_t Loop, uint32_t Item) const;

  const ValueFlow &Values;
  const Program &P;
  const CallGraph &Graph;
  const CountedRounds Counted;
  /// Work that one call of a function does; nothing while it is not added up.
  std::vector<Estimate> Costs;
};

} // namespace nostall
