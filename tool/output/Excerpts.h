//===- Excerpts.h - lines of source around places ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report that is read elsewhere has no source files beside it, so it brings
// the lines that it quotes. An *excerpt* is a run of lines of one file.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nostall {

struct Excerpt {
  uint32_t First = 1; ///< The number of the first line; lines count from 1.
  std::vector<std::string>
      Lines; ///< Without their ends; bytes, as in the file.
};

/// By the file's name as findings and frames have it; in each file by line,
/// not overlapping.
using Excerpts = std::map<std::string, std::vector<Excerpt>>;

/// Collects places and reads the lines around them.
///
/// Names of files may come from a trace that somebody else made, and the report
/// may be given away: only regular files that are named like source code are
/// read, and only so much of them. What cannot be read is left out; a report
/// shows places without lines, too.
class ExcerptCollector {
public:
  static constexpr uint32_t LinesAround = 4;
  static constexpr size_t MaxBytes = 8 << 20; ///< Of all lines together.
  static constexpr uint64_t MaxFileBytes = 16 << 20;
  static constexpr size_t MaxLineBytes = 400; ///< Longer lines are cut.

  /// Places that come first are read first. Line 0 is no place.
  void add(llvm::StringRef File, uint32_t Line);
  /// All places that a finding names.
  void add(const Finding &F);

  Excerpts read() const;

private:
  std::vector<std::string> Order; ///< The keys of Files, as they came.
  std::map<std::string, std::set<uint32_t>> Files;
};

} // namespace nostall
