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
// With a cache, units of which nothing has changed are taken from there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/UnitCache.h"
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
  uint64_t Reused = 0; ///< Units from the cache.
  /// Of all summaries and their problems; none when some were not kept, or
  /// when what they were made of has changed since.
  cache::ContentKey Key;
  /// ExtractionOptions::IsKnown said so: there are no summaries.
  bool Known = false;
};

struct ExtractionOptions {
  unsigned Jobs = 1;
  /// Called in the parent after each unit.
  std::function<void(llvm::StringRef File)> Done;
  /// May be null. Outlives the call.
  cache::UnitCache *Cache = nullptr;
  /// Whether the caller needs no summaries, given ExtractionResult::Key.
  std::function<bool(const cache::ContentKey &Key)> IsKnown;
};

ExtractionResult
extractAll(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
           const ScopeOptions &Scope, const ExtractionOptions &Options);

/// Adds what of \p Scope a summary depends on.
void addScope(cache::KeyBuilder &Key, const ScopeOptions &Scope);

} // namespace nostall
