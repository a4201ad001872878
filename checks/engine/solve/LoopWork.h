//===- LoopWork.h - the work of loops and calls -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts the rounds of loops with constant trip counts, multiplied through
// nests and calls. What is done for certain and what is done at most are kept
// apart: a `break` may end a loop at once, and a function has branches.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include <vector>

namespace nostall {

/// Rounds of innermost loops, and what they cost with the calls in them.
struct Work {
  uint64_t Rounds = 0;
  uint64_t Cost = 0;

  void add(const Work &Other);
  /// \p Trips rounds that each do this work and make \p Calls calls.
  Work repeated(uint64_t Trips, uint64_t Calls) const;
};

struct Estimate {
  Work Certain, Most;

  void add(const Estimate &Other) {
    Certain.add(Other.Certain);
    Most.add(Other.Most);
  }
};

/// Whether loop \p Loop suspends in each round, or every so many.
bool suspendsInRounds(const Program &P, FunctionIndex F, uint16_t Loop);

class LoopWork {
public:
  LoopWork(const Program &P, const CallGraph &Graph)
      : P(P), Graph(Graph), Costs(P.numFunctions()), State(P.numFunctions()) {}

  /// Work of a loop's nest; none for what is not constant.
  Estimate of(FunctionIndex F, uint16_t Loop);

private:
  const Estimate &of(FunctionIndex F);
  void addCallees(FunctionIndex F, uint16_t Loop, Estimate &To);
  Work onEveryWay(FunctionIndex F, llvm::ArrayRef<Work> OfCalls) const;
  bool mayBeSkipped(FunctionIndex F, uint16_t Loop, uint32_t Item) const;
  uint64_t callsIn(FunctionIndex F, uint16_t Loop) const;

  const Program &P;
  const CallGraph &Graph;
  /// Work of constant loops that one call of a function does.
  std::vector<Estimate> Costs;
  enum : uint8_t { New, Active, Done };
  std::vector<uint8_t> State;
};

} // namespace nostall
