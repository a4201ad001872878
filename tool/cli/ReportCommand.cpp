//===- ReportCommand.cpp - report -------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "reporter/Report.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall {

void addReportCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<report::ReportOptions>();
  auto Format = std::make_shared<std::string>("text");
  auto Top = std::make_shared<size_t>(0);
  CLI::App *Report = App.add_subcommand(
      "report", "Show what stalled, from traces of nostall run");
  Report->add_option("traces", Args->Traces, "Files that nostall run wrote")
      ->required();
  Report->add_option("--format", *Format, "How to show it")
      ->check(CLI::IsMember(
          {"text", "json", "collapsed", "pprof", "chrome-trace"}));
  Report->add_option("-o,--output", Args->Output,
                     "Write to this file, not to the standard output");
  Report->add_option("--suppressions", Args->Suppressions,
                     "A YAML file of stalls that shall not be reported");
  CLI::Option *TopOption =
      Report
          ->add_option("--top", *Top,
                       "Show this many kinds of stalls (text: 10, others: all)")
          ->check(CLI::PositiveNumber);
  Report->add_option("--debug-dir", Args->DebugDirs,
                     "Look here too for separate debug information");
  Report->callback([Args, Format, Top, TopOption, &Exit] {
    Args->Format = *report::reportFormatFromName(*Format);
    if (TopOption->count())
      Args->Top = *Top;
    Exit = report::runReport(*Args, llvm::outs(), llvm::errs());
  });
}

} // namespace nostall
