//===- Gate.h - what of the findings decides --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// nostall check as a gate: findings are taken out that a baseline accepts, are
// compared to those of a base, and make the exit code. docs/ci.md describes it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "cli/BaseTree.h"
#include "cli/Project.h"
#include "engine/check/Analyzer.h"
#include "engine/check/Baseline.h"
#include "model/Comparison.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>

namespace nostall {

struct GateOptions {
  std::string Baseline;      ///< --baseline
  std::string WriteBaseline; ///< --write-baseline
  std::string DiffBase;      ///< --diff-base: a revision.
  std::string BaseIndex;     ///< --base-index: the base, analysed before.
  std::string FailOn = "any";
  uint64_t MaxFindings = 0;
  bool FailOnStale = false;
  bool Prune = false;

  bool hasBase() const { return !DiffBase.empty() || !BaseIndex.empty(); }
};

void addGateOptions(CLI::App &App, GateOptions &Options);

/// What the gate needs of the run that it belongs to; outlives the gate.
struct GateContext {
  const Project &Head;
  std::string Cwd;
  bool FromIndex = false; ///< No compile commands, thus.
  bool IsPart = false;    ///< Paths on the command line chose sources.
  bool Quiet = false;     ///< Errors only.
  /// Reads units and links them; what went wrong is added to the problems.
  std::function<LUSummary(
      llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
      llvm::ArrayRef<std::string> Roots, std::vector<std::string> &Problems)>
      Extract;
  /// With the options and the knowledge of this run.
  std::function<AnalysisResult(const LUSummary &Program)> Analyze;
  /// Whether this run has the check on.
  std::function<bool(llvm::StringRef Check)> IsEnabled;
};

class Gate {
public:
  Gate(const GateOptions &Options, const GateContext &Context)
      : Options(Options), Context(Context) {}

  /// What can be wrong is found before anything is analysed. Prints errors.
  bool prepare();

  /// \p Whole: the program was analysed whole, so that what is not found is
  /// not there. Prints errors; none when something could not be done.
  std::optional<GateReport> judge(const LUSummary &Program,
                                  const AnalysisResult &Result, bool Whole);

  /// Writes the baselines that were asked for. Prints errors.
  bool writeBaselines(const AnalysisResult &Result, const GateReport &Report,
                      bool Whole) const;

  /// To the standard error: what was accepted, and what is to be said about
  /// the base.
  void explain(const GateReport &Report) const;

  bool passes(const GateReport &Report) const;

private:
  /// What a finding has to be to count.
  struct Threshold {
    bool Nothing = false;
    Tier LeastTier = Tier::Rarely;
    FindingConfidence LeastConfidence = FindingConfidence::Low;
    bool Confirmed = false; ///< Seen to stall in a run.
  };
  bool parseFailOn();
  bool counts(const Finding &F) const;
  bool loadBase(LUSummary &Base);
  bool extractBase(LUSummary &Base);
  void applyBaseline(GateReport &Report, bool Whole) const;
  Place unchangedPlace(const Place &Head) const;

  const GateOptions &Options;
  const GateContext &Context;
  Threshold Least;
  std::vector<AcceptedFinding> Accepted;
  std::optional<Git> Repository;
  std::string Commit;
  GitChanges Changes;
};

} // namespace nostall
