//===- Measure.cpp - findings compared with traces --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Measure.h"

#include "reporter/Report.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall {

bool compareWithTraces(const std::vector<std::string> &Traces,
                       const std::vector<std::string> &DebugDirs,
                       AnalysisResult &Result) {
  report::ReportOptions Options;
  Options.Traces = Traces;
  Options.DebugDirs = DebugDirs;
  Options.WithSites = true;
  bool Complete = true;
  std::optional<report::StallReport> Stalls =
      report::makeReport(Options, llvm::errs(), Complete);
  if (!Stalls)
    return false;
  Result.Findings =
      report::join(*Stalls, std::move(Result.Findings), Result.Scope).Findings;
  return Complete;
}

} // namespace nostall
