//===- RunRecord.h - a run of check that need not be made again -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When the same command is given and no file has changed, what it would write
// is known. The program looks here first, before it loads anything: one stat
// for each file that the last run read is all that such a run costs.
//
// A record has the files, by folder, with their stamps. The result that it
// names is found by its content as well: where files have changed and no
// summary has, nothing is linked.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/ContentKey.h"
#include "engine/cache/FileStates.h"
#include "engine/cache/KnowledgePlaces.h"
#include "engine/cache/Store.h"

#include <optional>
#include <string>
#include <vector>

namespace nostall::cache {

/// What a run writes, in order.
struct RunResult {
  struct Piece {
    std::string File; ///< "-": the standard output, "": the standard error.
    std::string Text;
  };
  std::vector<Piece> Pieces;
  int ExitCode = 0;
  bool Verbose = false;
  /// Written besides, and not kept; empty if nothing was.
  std::string SideFile;
  ContentKey SideKey;
  /// Of libraries, beside their headers: the result depends on it.
  KnowledgePlaces Knowledge;

  std::string write() const;
  static std::optional<RunResult> read(std::string_view Bytes);

  /// Writes it again. False, and said, when something could not be written.
  bool print() const;
};

/// The cache's folder, absolute; empty if none is wanted. By --no-cache and
/// --cache of the arguments, $NOSTALL_CACHE ("off" for none), $XDG_CACHE_HOME,
/// ~/.cache.
std::string chooseCache(const std::vector<std::string> &Arguments);

/// The key of a command line: its arguments, the working directory, what of
/// the environment changes the analysis, and whether colors are shown.
ContentKey runKey(const std::vector<std::string> &Arguments);

/// What of the environment the front end looks at.
void addEnvironment(KeyBuilder &Key);

/// All files that \p Files holds, and what the run gave.
std::string writeRunRecord(const ContentKey &Result, uint64_t Units,
                           const FileStates &Files);

/// What the run gave, if all is as it was. Units: how many it had.
struct Replay {
  RunResult Result;
  uint64_t Units = 0;
};
std::optional<Replay> findReplay(Store &Kept, const ContentKey &Run);

/// For `nostall cache`: what the last run found.
void noteLastRun(Store &Kept, uint64_t Units, uint64_t Reused);

/// The line of --verbose.
std::string verboseLine(uint64_t Units, uint64_t Reused, bool WithResult);

} // namespace nostall::cache
