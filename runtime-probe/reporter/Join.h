//===- Join.h - stalls and findings put together ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each finding says whether and how long it was seen to stall, each kind of
// stall which finding predicted it, or why none did. No traces and no analysis
// are needed: only their results.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"
#include "reporter/FindingMatch.h"

namespace nostall::report {

struct JoinSummary {
  // Findings.
  size_t Confirmed = 0, Ran = 0, NotExecuted = 0, Unknown = 0;
  // Kinds of stalls that the program made.
  size_t Predicted = 0, NotPredicted = 0;
};

struct Joined {
  std::vector<Finding> Findings; ///< With InRun, ranked.
  JoinSummary Summary;
};

/// Sets Finding::InRun, and PredictedBy or Unpredicted of what is in
/// Report.Signatures and Report.Unfinished; what the machine did is nobody's
/// prediction. Orders the findings by measured cost: total time lost, then the
/// time in their calls, then their tier.
/// \p Report needs StallReport::Sites. An empty \p Scope costs reasons only.
Joined join(StallReport &Report, std::vector<Finding> Findings,
            const AnalysisScope &Scope);

/// Why no finding predicts this kind of stall.
/// \p Analysed: the files of \p Scope.
NotPredicted whyNotPredicted(const Signature &S, const AnalysisScope &Scope,
                             const FileSet &Analysed);

} // namespace nostall::report
