//===- Render.h - findings for people and machines --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Renderers see the model and nothing of the analysis. The text one reads the
// source files to quote lines.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace llvm::json {
class OStream;
}

namespace nostall {

struct TextOptions {
  bool Color = false;
  bool Trace = true;
};

/// Clang's style: place, message, source line, notes.
void renderText(llvm::ArrayRef<Finding> Findings, const TextOptions &Options,
                llvm::raw_ostream &OS);

/// "confirmed: 12 stalls, 340 ms in all, longest 80 ms"
std::string measuredText(const Measured &M);

/// "version": 1; docs/formats.md describes it.
void renderJson(llvm::ArrayRef<Finding> Findings, const AnalysisStats &Stats,
                const AnalysisScope &Scope, llvm::raw_ostream &OS);

/// The attribute "findings" alone, into the object that is open.
void findingsAttribute(llvm::json::OStream &J,
                       llvm::ArrayRef<Finding> Findings);

/// What SARIF says of a check.
struct RuleText {
  std::string Name;
  std::string Summary;
  std::string Markdown; ///< The check's documentation.
};

/// SARIF 2.1.0 with code flows and partial fingerprints.
void renderSarif(llvm::ArrayRef<Finding> Findings,
                 llvm::ArrayRef<RuleText> Rules, bool Complete,
                 llvm::raw_ostream &OS);

void renderStats(const AnalysisStats &Stats, llvm::raw_ostream &OS);

} // namespace nostall
