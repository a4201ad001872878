//===- ReportCommand.cpp - report -------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/HtmlReport.h"
#include "output/FindingsFile.h"
#include "output/Render.h"
#include "reporter/Report.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall {

/// The same report, joined with what the analysis found.
static int reportWithFindings(report::ReportOptions &Args,
                              const std::string &Path, bool Html) {
  llvm::Expected<FindingsFile> File = readFindings(Path);
  if (!File) {
    printError(llvm::toString(File.takeError()));
    return EX_Incomplete;
  }
  Args.WithSites = true;
  bool Complete = true;
  std::optional<report::StallReport> Stalls =
      report::makeReport(Args, llvm::errs(), Complete);
  if (!Stalls)
    return EX_Incomplete;
  report::Joined Both =
      report::join(*Stalls, std::move(File->Findings), File->Scope);
  auto More = [&](llvm::json::OStream &J) {
    findingsAttribute(J, Both.Findings);
    const report::JoinSummary &N = Both.Summary;
    J.attributeObject("join", [&] {
      J.attribute("confirmed", N.Confirmed);
      J.attribute("ran", N.Ran);
      J.attribute("not_executed", N.NotExecuted);
      J.attribute("unknown", N.Unknown);
      J.attribute("predicted", N.Predicted);
      J.attribute("not_predicted", N.NotPredicted);
    });
  };
  bool Written =
      Html ? writeStallsHtml(std::move(*Stalls), Args, &Both, File->Stats, More)
           : report::writeReport(std::move(*Stalls), Args, &Both, More,
                                 llvm::outs(), llvm::errs());
  return Written && Complete ? EX_Clean : EX_Incomplete;
}

void addReportCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<report::ReportOptions>();
  auto Format = std::make_shared<std::string>("text");
  auto Top = std::make_shared<size_t>(0);
  CLI::App *Report = App.add_subcommand(
      "report", "Show what stalled, from traces of nostall run");
  Report->add_option("traces", Args->Traces, "Files that nostall run wrote")
      ->type_name("")
      ->required();
  Report->add_option("--format", *Format, "How to show it")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(
          {"text", "json", "collapsed", "pprof", "chrome-trace", "html"}));
  Report->add_option("-o,--output", Args->Output,
                     "Write to this file, not to the standard output")
      ->type_name("FILE");
  Report->add_option("--suppressions", Args->Suppressions,
                     "A YAML file of stalls that shall not be reported")
      ->type_name("FILE");
  CLI::Option *TopOption =
      Report
          ->add_option("--top", *Top,
                       "Show this many kinds of stalls (text: 10, others: all)")
          ->type_name("N")
          ->check(CLI::Range(size_t(1), size_t(1000000)));
  Report->add_option("--debug-dir", Args->DebugDirs,
                     "Look here too for separate debug information")
      ->type_name("FOLDER");
  auto FindingsPath = std::make_shared<std::string>();
  Report->add_option("--findings", *FindingsPath,
                     "Findings of nostall check --format json, to compare with")
      ->type_name("FILE");
  Report->callback([Args, Format, Top, TopOption, FindingsPath, &Exit] {
    bool Html = *Format == "html";
    if (Html && !canWriteHtml(Args->Output)) {
      Exit = EX_Incomplete;
      return;
    }
    if (!Html)
      Args->Format = *report::reportFormatFromName(*Format);
    if (TopOption->count())
      Args->Top = *Top;
    Exit = !FindingsPath->empty()
               ? reportWithFindings(*Args, *FindingsPath, Html)
           : Html ? runHtmlReport(*Args)
                  : report::runReport(*Args, llvm::outs(), llvm::errs());
  });
}

} // namespace nostall
