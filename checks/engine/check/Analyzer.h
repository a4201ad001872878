//===- Analyzer.h - a linked program to findings ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The step after linking, the same for the command line, the clang-tidy plugin
// and the editor: solve, run the checks, suppress, sort. Needs no Clang.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"
#include "model/Finding.h"
#include "model/MachineCosts.h"

#include <functional>
#include <string>
#include <vector>

namespace nostall {

struct AnalyzerOptions {
  /// Globs of check names, `-` in front to switch off; later ones win. Empty
  /// for the default set.
  std::vector<std::string> Checks;
  CheckOptions Options;
  FindingConfidence LeastConfidence = FindingConfidence::Medium;
  /// Globs of root-relative files that are test code, and whether to report
  /// there all the same.
  std::vector<std::string> TestFiles = defaultTestFiles();
  bool IncludeTests = false;
  MachineCosts Machine; ///< Of the machine that estimates are for.
  bool WithScope = false; ///< AnalysisResult::Scope is wanted.
  /// The program has no other units, and these were read without errors.
  bool IsWhole = false;
  /// From a summary's file names to what people read.
  std::function<std::string(llvm::StringRef)> DisplayPath =
      [](llvm::StringRef Path) { return Path.str(); };

  static std::vector<std::string> defaultTestFiles();
};

struct AnalysisResult {
  std::vector<Finding> Findings;
  AnalysisStats Stats;
  AnalysisScope Scope; ///< If asked for.
  /// Bad options; the rest was done.
  std::vector<std::string> Errors;
};

AnalysisResult analyze(const LUSummary &Program, const KnowledgeBase &Knowledge,
                       const CheckList &Checks, const AnalyzerOptions &Options);

/// Whether a check runs under these globs.
bool isEnabled(const CheckDescriptor &Check, llvm::ArrayRef<std::string> Globs);

/// Whether \p Path matches one of \p Globs. A `/` in front of the path lets
/// "*/test/*" match at the root as well.
bool matchesAnyGlob(llvm::ArrayRef<std::string> Globs, llvm::StringRef Path);

} // namespace nostall
