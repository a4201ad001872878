//===- Report.cpp - nostall report ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Report.h"

#include "reporter/Aggregate.h"
#include "reporter/CleanText.h"
#include "reporter/Formats.h"
#include "reporter/Suppressions.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall::report {
namespace {

enum Exit { Done = 0, NotFully = 2 };

void error(llvm::raw_ostream &Err, llvm::StringRef Text) {
  Err << "nostall: error: " << cleanText(Text.rtrim('\n')) << '\n';
}

using MoreMembers = llvm::function_ref<void(llvm::json::OStream &)>;

void render(const StallReport &Report, const ReportOptions &Options,
            const Joined *Findings, MoreMembers More, llvm::raw_ostream &OS) {
  TextOptions Text;
  Text.Findings = Findings;
  Text.Color = OS.is_displayed() && OS.has_colors();
  if (Options.Top)
    Text.Top = *Options.Top;
  switch (Options.Format) {
  case ReportFormat::Text:
    return renderText(Report, Text, OS);
  case ReportFormat::Json:
    return renderJson(Report, More, OS);
  case ReportFormat::Collapsed:
    return renderCollapsed(Report, OS);
  case ReportFormat::Pprof:
    return renderPprof(Report, OS);
  case ReportFormat::ChromeTrace:
    return renderChromeTrace(Report, OS);
  }
}

} // namespace

std::optional<ReportFormat> reportFormatFromName(const std::string &Name) {
  if (Name == "text")
    return ReportFormat::Text;
  if (Name == "json")
    return ReportFormat::Json;
  if (Name == "collapsed")
    return ReportFormat::Collapsed;
  if (Name == "pprof")
    return ReportFormat::Pprof;
  if (Name == "chrome-trace")
    return ReportFormat::ChromeTrace;
  return std::nullopt;
}

std::optional<StallReport> makeReport(const ReportOptions &Options,
                                      llvm::raw_ostream &Err, bool &Complete) {
  std::vector<SuppressionUse> Rules;
  if (!Options.Suppressions.empty()) {
    std::string Problem;
    if (auto Read = readSuppressions(Options.Suppressions, Problem)) {
      Rules = std::move(*Read);
    } else {
      llvm::SmallVector<llvm::StringRef, 2> Lines;
      llvm::StringRef(Problem).split(Lines, '\n', /*MaxSplit=*/-1,
                                     /*KeepEmpty=*/false);
      for (llvm::StringRef Line : Lines)
        error(Err, Line);
      Complete = false;
    }
  }
  Symbolizer Symbols(Options.DebugDirs);
  bool WithSites =
      Options.WithSites || Options.Format == ReportFormat::Json;
  Aggregator All(Symbols, std::move(Rules), WithSites);
  bool Any = false;
  for (const std::string &File : Options.Traces) {
    std::vector<std::string> Problems;
    if (std::optional<Trace> T = readTrace(File, Problems)) {
      All.add(*T);
      Any = true;
    }
    for (const std::string &Problem : Problems)
      error(Err, Problem);
    Complete &= Problems.empty();
  }
  if (!Any)
    return std::nullopt;
  return All.finish();
}

bool writeReport(StallReport Report, const ReportOptions &Options,
                 const Joined *Findings, MoreMembers More,
                 llvm::raw_ostream &Out, llvm::raw_ostream &Err) {
  if (Options.Top && Options.Format != ReportFormat::Text)
    keepTop(Report, *Options.Top);
  if (Options.Output.empty()) {
    if (Options.Format == ReportFormat::Pprof && Out.is_displayed()) {
      error(Err, "a pprof profile is binary; name a file with -o");
      return false;
    }
    render(Report, Options, Findings, More, Out);
    return true;
  }
  std::error_code Problem;
  llvm::raw_fd_ostream File(Options.Output, Problem);
  if (!Problem) {
    render(Report, Options, Findings, More, File);
    File.close();
    Problem = File.error();
    File.clear_error();
  }
  if (Problem)
    error(Err, Options.Output + ": " + Problem.message());
  return !Problem;
}

int runReport(const ReportOptions &Options, llvm::raw_ostream &Out,
              llvm::raw_ostream &Err) {
  bool Complete = true;
  std::optional<StallReport> Report = makeReport(Options, Err, Complete);
  return Report && writeReport(std::move(*Report), Options, nullptr, {}, Out,
                               Err) &&
                 Complete
             ? Done
             : NotFully;
}

} // namespace nostall::report
