//===- ExtractionPool.h - all units, in parallel ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs UnitExtractor on every compile command, each in a forked process: a
// crash of the front end costs one unit, its memory is given back whole, and
// no lock is shared. Call from a process with one thread.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "model/TUSummary.h"

#include "clang/Tooling/CompilationDatabase.h"

#include <functional>
#include <string>
#include <vector>

namespace nostall {

/// A unit that gave nothing, or less than all.
struct UnitProblem {
  std::string File;
  std::string Text;    ///< The first errors.
  bool Failed = false; ///< No summary at all.
};

struct ExtractionResult {
  /// In the order of the commands, without those that failed.
  std::vector<TUSummary> Summaries;
  std::vector<UnitProblem> Problems;
};

/// \p Done is called in the parent after each unit.
ExtractionResult
extractAll(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
           const ScopeOptions &Options, unsigned Jobs,
           const std::function<void(llvm::StringRef File)> &Done);

} // namespace nostall
