//===- Comparison.h - findings against an earlier state ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a gate says of findings: which of them a change made (against a base,
// another state of the same program), which were accepted (in a baseline, a
// file), and which decide the exit code. Plain values.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nostall {

/// SARIF's words (baselineState).
enum class FindingState : uint8_t {
  New,       ///< Only now. Without a base, all are.
  Updated,   ///< Was there; worse now, reached from further roots, or it
             ///< stands for further calls.
  Unchanged, ///< Was there.
  Absent,    ///< Only in the base.
};
std::string_view name(FindingState S);

struct ComparedFinding {
  Finding F; ///< As it is now; of an absent one as it was.
  FindingState State = FindingState::New;
  /// Functions that have become roots of it, and that are none any more.
  std::vector<std::string> RootsGained, RootsLost;
  /// Calls that it stands for besides its sink and did not before, and those
  /// that it does not any more. Without a base: those that the baseline lacks.
  std::vector<FurtherCall> CallsGained, CallsLost;
  /// The tier that it had; the one that it has unless it got worse.
  Tier TierBefore = Tier::Rarely;
  /// Decides the exit code.
  bool Counts = true;
};

/// An accepted finding, as a baseline has it.
struct AcceptedFinding {
  std::string Fingerprint;
  std::string Check;
  std::string Function; ///< In which the sink stands.
  std::string Sink;
  std::string Message;
  /// Finding::Further, by fingerprint.
  std::vector<std::string> Also;
};

struct GateReport {
  /// In the analysis' order, the absent ones last. Accepted ones are left out.
  std::vector<ComparedFinding> Findings;
  bool HasBase = false;
  std::string Base; ///< What people call it: the revision, or the file.
  bool HasBaseline = false;
  uint64_t Accepted = 0;              ///< Findings that the baseline has.
  std::vector<AcceptedFinding> Stale; ///< Of the baseline; not found any more.
  /// The baseline without what is not found any more, be it single calls of a
  /// finding, and how many calls these are.
  std::vector<AcceptedFinding> StillFound;
  uint64_t CallsGone = 0;
};

/// Whether a front end shows it: what is there without a base, what a change
/// made with one.
inline bool isReported(const ComparedFinding &C) {
  return C.State == FindingState::New || C.State == FindingState::Updated;
}

} // namespace nostall
