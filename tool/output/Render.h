//===- Render.h - findings for people and machines --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Renderers see the model and nothing of the analysis. The text one reads the
// source files to quote lines. docs/formats.md describes each format.
//
// Two kinds: those that say what a change made (text, GitHub's annotations,
// JUnit, the summary) leave out what is unchanged since the base; those that a
// platform compares by itself (GitLab, code scanning) have all that is there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Comparison.h"
#include "model/Finding.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <functional>

namespace llvm::json {
class OStream;
}

namespace nostall {

/// What SARIF says of a check.
struct RuleText {
  std::string Name;
  std::string Summary;
  std::string Markdown; ///< The check's documentation.
};

/// What there is to say. Refers to its parts; they outlive it.
struct RenderInput {
  const GateReport &Report;
  const AnalysisStats &Stats;
  const AnalysisScope &Scope; ///< For JSON.
  llvm::ArrayRef<RuleText> Rules;
  bool Complete; ///< Every unit was analysed, whole.
  /// A finding's file relative to the repository's root; absolute outside.
  std::function<std::string(llvm::StringRef)> RepositoryPath;
};

struct TextOptions {
  bool Color = false;
  bool Trace = true;
};

/// Clang's style: place, message, source line, notes.
void renderText(llvm::ArrayRef<Finding> Findings, const TextOptions &Options,
                llvm::raw_ostream &OS);

/// "confirmed: 12 stalls, 340 ms in all, longest 80 ms"
std::string measuredText(const Measured &M);

/// What makes an updated finding worse, a text each: "newly reached from 'f'".
/// Files by \p Path.
std::vector<std::string>
changeTexts(const ComparedFinding &C,
            llvm::function_ref<std::string(llvm::StringRef)> Path);

/// \p Text with a capital letter.
std::string sentence(std::string Text);

/// The same of what a gate reports, and a line for each that is fixed.
void renderText(const GateReport &Report, const TextOptions &Options,
                llvm::raw_ostream &OS);

/// The attribute "findings" alone, into the object that is open.
void findingsAttribute(llvm::json::OStream &J,
                       llvm::ArrayRef<Finding> Findings);

/// "version": 1.
void renderJson(const RenderInput &Input, llvm::raw_ostream &OS);

enum class SarifFlavour {
  Standard,     ///< With `baselineState`, and with what is fixed.
  CodeScanning, ///< For GitHub, which compares by itself: what is there.
};
/// SARIF 2.1.0 with code flows and partial fingerprints. Returns how many
/// results were left out for GitHub's limit.
size_t renderSarif(const RenderInput &Input, SarifFlavour Flavour,
                   llvm::raw_ostream &OS);

/// Workflow commands of GitHub Actions, for a step's standard output.
void renderGithub(const RenderInput &Input, llvm::raw_ostream &OS);

/// GitLab's Code Quality report.
void renderGitlab(const RenderInput &Input, llvm::raw_ostream &OS);

/// JUnit's XML: a test case per finding; those that count have failed.
void renderJunit(const RenderInput &Input, llvm::raw_ostream &OS);

/// Markdown for $GITHUB_STEP_SUMMARY and comments.
void renderSummary(const RenderInput &Input, llvm::raw_ostream &OS);

void renderStats(const AnalysisStats &Stats, llvm::raw_ostream &OS);

} // namespace nostall
