//===- Commands.h - the subcommands of nostall ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// Exit codes of every subcommand.
enum ExitCode : int {
  EX_Clean = 0,
  EX_Findings = 1,
  EX_Incomplete = 2, ///< Could not, or not fully, do it.
  EX_Stalled = 3,    ///< run --fail-on-stall: it did.
};

/// What stands after "--" on the command line: a compiler's arguments. None
/// without a "--".
using CompilerArguments = std::optional<std::vector<std::string>>;

/// Each adds its subcommands; when one is given, \p Exit gets its exit code.
void addCheckCommand(CLI::App &App, const CompilerArguments &Compiler,
                     int &Exit);
/// summarize
void addSummarizeCommand(CLI::App &App, const CompilerArguments &Compiler,
                         int &Exit);
/// units
void addUnitsCommand(CLI::App &App, int &Exit);
/// link, dump-*
void addSummaryCommands(CLI::App &App, int &Exit);
/// checks, explain
void addExplainCommands(CLI::App &App, int &Exit);
/// cache
void addCacheCommand(CLI::App &App, int &Exit);
/// init
void addInitCommand(CLI::App &App, int &Exit);
/// run, attach. run ends as the program that was run ended.
void addRunCommand(CLI::App &App, const CompilerArguments &Command, int &Exit);
/// report
void addReportCommand(CLI::App &App, int &Exit);
/// learn
void addLearnCommand(CLI::App &App, int &Exit);
/// calibrate
void addCalibrateCommand(CLI::App &App, int &Exit);
/// describe-cli: all of the above, for the generators of documents.
void addDescribeCommand(CLI::App &App, int &Exit);

/// "nostall: error: TEXT" on standard error.
void printError(const std::string &Text);

} // namespace nostall
