//===- HtmlReport.cpp - --format html ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/HtmlReport.h"

#include "cli/Commands.h"
#include "output/Html.h"
#include "output/Render.h"
#include "reporter/Aggregate.h"
#include "reporter/Formats.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

namespace nostall {
namespace {

bool isStandardOutput(const std::string &File) {
  return File.empty() || File == "-";
}

void addFrames(ExcerptCollector &Places,
               const std::vector<report::Signature> &Kinds) {
  for (const report::Signature &Kind : Kinds) {
    for (const report::Frame &F : Kind.Frames)
      Places.add(F.File, F.Line);
    for (const report::Frame &F : Kind.OwnerFrames)
      Places.add(F.File, F.Line);
  }
}

} // namespace

bool canWriteHtml(const std::string &File) {
  if (!hasHtml()) {
    printError("this nostall was built without the HTML report "
               "(NOSTALL_HTML=OFF)");
    return false;
  }
  if (isStandardOutput(File) && llvm::outs().is_displayed()) {
    printError("an HTML report is for a browser; name a file with -o");
    return false;
  }
  return true;
}

/// The findings document. The page has no use for the scope, which is for
/// comparing with traces.
static std::string findingsJson(const GateReport &Report,
                                const AnalysisStats &Stats) {
  std::string Json;
  llvm::raw_string_ostream OS(Json);
  AnalysisScope None;
  renderJson({Report, Stats, None, {}, /*Complete=*/true, {}}, OS);
  return OS.str();
}

void renderFindingsHtml(const RenderInput &Input, llvm::raw_ostream &OS) {
  ExcerptCollector Places;
  // The lines of one that is gone are the base's.
  for (const ComparedFinding &C : Input.Report.Findings)
    if (C.State != FindingState::Absent)
      Places.add(C.F);
  renderHtml({findingsJson(Input.Report, Input.Stats), {}, Places.read()}, OS);
}

bool writeStallsHtml(report::StallReport Report,
                     const report::ReportOptions &Options,
                     const report::Joined *Findings,
                     const std::optional<AnalysisStats> &Stats,
                     llvm::function_ref<void(llvm::json::OStream &)> More) {
  if (Options.Top)
    report::keepTop(Report, *Options.Top);
  // Comparing is done, and the page shows no calls that never stalled.
  Report.Sites.clear();
  std::string Stalls;
  llvm::raw_string_ostream StallsOS(Stalls);
  report::renderJson(Report, More, StallsOS);
  std::string Analysis;
  if (Stats) // The findings themselves stand in the report.
    Analysis = findingsJson(GateReport(), *Stats);
  ExcerptCollector Places;
  if (Findings)
    for (const Finding &F : Findings->Findings)
      Places.add(F);
  addFrames(Places, Report.Signatures);
  addFrames(Places, Report.Unfinished);
  addFrames(Places, Report.Machine);
  HtmlInput Input{Analysis, StallsOS.str(), Places.read()};
  if (isStandardOutput(Options.Output)) {
    renderHtml(Input, llvm::outs());
    llvm::outs().flush();
    return true;
  }
  std::error_code Problem;
  llvm::raw_fd_ostream File(Options.Output, Problem);
  if (!Problem) {
    renderHtml(Input, File);
    File.close();
    Problem = File.error();
    File.clear_error();
  }
  if (Problem)
    printError(Options.Output + ": " + Problem.message());
  return !Problem;
}

int runHtmlReport(const report::ReportOptions &Options) {
  bool Complete = true;
  std::optional<report::StallReport> Report =
      report::makeReport(Options, llvm::errs(), Complete);
  return Report &&
                 writeStallsHtml(std::move(*Report), Options, nullptr,
                                 std::nullopt, nullptr) &&
                 Complete
             ? EX_Clean
             : EX_Incomplete;
}

} // namespace nostall
