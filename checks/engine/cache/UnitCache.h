//===- UnitCache.h - summaries of units, by what they were made of -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An entry's key is the command and all options of the extraction; in it stand
// a few variants, each with the files that were read and the key of the
// summary, so that going back and forth between branches finds both.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/FileStates.h"
#include "engine/cache/Inputs.h"
#include "engine/cache/Store.h"

#include <optional>
#include <string>
#include <vector>

namespace nostall::cache {

struct CachedUnit {
  ContentKey Summary;
  std::string Diagnostics; ///< As UnitResult::Diagnostics.
};

class UnitCache {
public:
  /// \p Options: of the program and of all units.
  UnitCache(Store &Kept, FileStates &Files, const ContentKey &Options)
      : Kept(Kept), Files(Files), Options(Options) {}

  ContentKey key(const std::string &Directory, const std::string &File,
                 const std::vector<std::string> &Command) const;

  /// One of which all files are as they were, and whose summary is there.
  std::optional<CachedUnit> find(const ContentKey &Unit);

  /// The summary's bytes.
  std::optional<std::string> summary(const CachedUnit &Unit) {
    return Kept.read(EntryKind::Summary, Unit.Summary);
  }
  /// It turned out to be of no use.
  void forget(const CachedUnit &Unit) {
    Kept.remove(EntryKind::Summary, Unit.Summary);
  }

  /// \p Read as Inputs::write() puts it down.
  void add(const ContentKey &Unit, const CachedUnit &Result,
           std::string_view Read, std::string_view Summary);

  Store &store() { return Kept; }
  FileStates &files() { return Files; }

private:
  Store &Kept;
  FileStates &Files;
  ContentKey Options;
};

} // namespace nostall::cache
