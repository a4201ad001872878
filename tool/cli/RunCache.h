//===- RunCache.h - what check need not do again ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/FileStates.h"
#include "engine/cache/RunRecord.h"
#include "engine/cache/UnitCache.h"
#include "engine/run/ExtractionPool.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// The arguments of the program, without its name; with those after "--".
/// Set once, before any command is run.
std::vector<std::string> &programArguments();

/// The cache of one run of check. Without a cache all calls do nothing.
class RunCache {
public:
  /// \p Root: of the project.
  void open(const std::string &Root);
  bool isOpen() const { return Kept != nullptr; }

  /// Null without a cache.
  cache::UnitCache *units(const ScopeOptions &Scope);

  /// The result depends on what is there: a file's content, or that there is a
  /// folder or nothing.
  void need(const std::string &Path);
  /// It depends on which file is meant, and not by itself on what is in it.
  void needPlace(const std::string &Path);

  /// The result is not for later runs: it depends on more than is known here.
  void doNotRecord() { Recordable = false; }

  /// Whether the result of these units is known, and all that it has written
  /// to files besides reports is as it left it.
  bool isKnown(const cache::ContentKey &Units);
  /// Writes it; the exit code.
  int printKnown();

  /// At the end, with what written() has; \p SideFile: written besides the
  /// reports, or empty.
  void finish(const ExtractionResult &Units, uint64_t NumUnits,
              const std::string &SideFile, bool Verbose);

private:
  cache::ContentKey resultKey(const cache::ContentKey &Units);
  void record(const cache::ContentKey &Result, uint64_t NumUnits);
  bool needTool();

  std::unique_ptr<cache::Store> Kept;
  std::unique_ptr<cache::FileStates> Files;
  std::unique_ptr<cache::UnitCache> Units;
  cache::ContentKey Tool;
  cache::Inputs Own;
  bool Recordable = true;
  std::optional<cache::ContentKey> Found; ///< Of the result, once it is kept.
  cache::RunResult Result;
};

/// How large the cache may be, in bytes: the user's bound, or 2 GiB.
uint64_t cacheLimit(const cache::Store &Kept);

} // namespace nostall
