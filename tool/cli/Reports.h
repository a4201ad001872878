//===- Reports.h - which formats go where -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One run can write several reports: `--format` with `-o` is one, each
// `--report FORMAT=FILE` one more.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "output/Render.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace nostall {

struct ReportOptions {
  std::string Format;               ///< --format
  std::string OutputFile;           ///< -o
  std::vector<std::string> Reports; ///< --report: FORMAT=FILE
  bool NoTrace = false;
};

void addReportOptions(CLI::App &App, ReportOptions &Options);

class ReportFiles {
public:
  /// Prints what is wrong with the options.
  bool choose(const ReportOptions &Options);

  bool has(llvm::StringRef Format) const;

  /// Those that are to be written, without the standard output.
  std::vector<std::string> files() const;

  /// Prints what could not be written; the rest is.
  bool write(const RenderInput &Input) const;

private:
  struct Target {
    std::string Format;
    std::string File; ///< "-" for the standard output.
  };
  bool add(llvm::StringRef Format, llvm::StringRef File);
  void render(const Target &T, const RenderInput &Input, llvm::raw_ostream &OS,
              bool Color) const;

  std::vector<Target> Targets;
  bool Trace = true;
};

} // namespace nostall
