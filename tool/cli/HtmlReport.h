//===- HtmlReport.h - --format html -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts together what the page shows: the JSON documents as the other renderers
// write them, and the lines of source that they name.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "output/Render.h"
#include "reporter/Report.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall {

/// Says on the standard error why a page cannot be written to \p File (empty or
/// "-": the standard output), if so: a terminal, or a nostall without it.
bool canWriteHtml(const std::string &File);

void renderFindingsHtml(const RenderInput &Input, llvm::raw_ostream &OS);

/// As report::writeReport(): to Options.Output or the standard output, false
/// when that failed. \p Stats: of the analysis that made the findings.
bool writeStallsHtml(report::StallReport Report,
                     const report::ReportOptions &Options,
                     const report::Joined *Findings,
                     const std::optional<AnalysisStats> &Stats,
                     llvm::function_ref<void(llvm::json::OStream &)> More);

/// nostall report --format html without findings. Returns its exit code.
int runHtmlReport(const report::ReportOptions &Options);

} // namespace nostall
