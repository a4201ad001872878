//===- LoopIdling.h - how event loops pass the time -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an event loop does besides waiting for descriptors when there is nothing
// to do is no stall either: it sleeps where it has no descriptors, or polls them
// and pauses between the rounds.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

#include <set>

namespace nostall {

/// Refers to all that it is made with. Waits are calls, into LUSummary::Calls.
class LoopIdling {
public:
  explicit LoopIdling(const ValueFlow &Values)
      : Values(Values), P(Values.program()) {}

  /// Whether nothing that the knowledge says of the wait takes time here: the
  /// timeout is zero.
  bool onlyPolls(FunctionIndex F, const CallEdge &Call) const;
  /// Adds the sleeps that stand in for one of \p Waits.
  void addSleeps(std::set<uint32_t> &Waits) const;
  /// Adds the pauses of loops that only poll.
  void addPauses(const std::set<std::pair<FunctionIndex, uint16_t>> &Polling,
                 std::set<uint32_t> &Waits) const;

private:
  bool isPause(FunctionIndex F, const CallEdge &Call) const;

  const ValueFlow &Values;
  const Program &P;
};

} // namespace nostall
