//===- Order.h - what to show first -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Comparison.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>
#include <vector>

namespace nostall {

/// Findings of the states that \p Keep names, for platforms that show the first
/// ones only: what decides, what was seen to stall, what is worse, what is
/// surer.
template <typename Predicate>
std::vector<const ComparedFinding *> worstFirst(const GateReport &Report,
                                                Predicate Keep) {
  std::vector<const ComparedFinding *> Out;
  for (const ComparedFinding &C : Report.Findings)
    if (Keep(C))
      Out.push_back(&C);
  llvm::sort(Out, [](const ComparedFinding *A, const ComparedFinding *B) {
    auto Rank = [](const ComparedFinding &C) {
      bool Seen = C.F.InRun && C.F.InRun->State == MeasuredState::Confirmed;
      return std::tuple(C.Counts, Seen, Seen ? C.F.InRun->TotalNs : 0, C.F.How,
                        C.F.Sure);
    };
    // All stand in one vector: equal ones stay in order.
    return Rank(*A) != Rank(*B) ? Rank(*A) > Rank(*B) : A < B;
  });
  return Out;
}

} // namespace nostall
