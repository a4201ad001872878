//===- Report.h - nostall report --------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/Join.h"

#include <optional>
#include <string>
#include <vector>

#include "llvm/ADT/STLFunctionalExtras.h"

namespace llvm {
class raw_ostream;
namespace json {
class OStream;
}
} // namespace llvm

namespace nostall::report {

enum class ReportFormat { Text, Json, Collapsed, Pprof, ChromeTrace };

/// "text", "json", "collapsed", "pprof", "chrome-trace"
std::optional<ReportFormat> reportFormatFromName(const std::string &Name);

struct ReportOptions {
  std::vector<std::string> Traces; ///< Files; "-" is the standard input.
  ReportFormat Format = ReportFormat::Text;
  std::string Output;       ///< A file; empty: the stream that is given.
  std::string Suppressions; ///< A file; empty: none.
  /// Kinds of stalls in each list. By default text has ten, the others all.
  std::optional<size_t> Top;
  std::vector<std::string> DebugDirs;
  bool WithSites = false; ///< StallReport::Sites is wanted whatever the format.
};

/// Reads traces and puts them together. What is wrong with them or with the
/// suppressions goes to \p Err, and \p Complete becomes false; the rest is
/// used. None if not a single trace could be read.
std::optional<StallReport> makeReport(const ReportOptions &Options,
                                      llvm::raw_ostream &Err, bool &Complete);

/// Writes a report to \p Out or to Options.Output; false, with a message to
/// \p Err, when that failed. \p Findings: what it was joined with, or null;
/// \p More adds members to JSON.
bool writeReport(StallReport Report, const ReportOptions &Options,
                 const Joined *Findings,
                 llvm::function_ref<void(llvm::json::OStream &)> More,
                 llvm::raw_ostream &Out, llvm::raw_ostream &Err);

/// makeReport() and writeReport(). Returns an exit code: 0 done, 2 not, or not
/// fully.
int runReport(const ReportOptions &Options, llvm::raw_ostream &Out,
              llvm::raw_ostream &Err);

} // namespace nostall::report
