//===- Suppressions.h - NOLINT for every front end --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang-tidy's suppression comments with clang-tidy's meaning: NOLINT,
// NOLINTNEXTLINE, NOLINTBEGIN ... NOLINTEND, each with an optional list of
// check names that may hold `*`. A comment counts at the call in the root and
// at the sink, so that a helper that is known to be harmless is marked once.
//
// Comments remember whether they were of use.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"
#include "model/LUSummary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <functional>
#include <string>
#include <vector>

namespace nostall {

class Suppressions {
public:
  Suppressions(const SummaryTables &Program,
               const std::function<std::string(llvm::StringRef)> &DisplayPath);

  bool isSuppressed(llvm::StringRef Check, const Place &At) const;

  /// Whether \p F is suppressed at its sink or in all its roots. Where only
  /// some roots are, the finding moves to one that is not.
  bool apply(Finding &F) const;

  /// A comment, and the names in it.
  struct Comment {
    struct Name {
      std::string Glob;
      bool Used = false; ///< Stands where some finding of that check is.
    };
    std::string File; ///< As people read it.
    uint32_t First;   ///< The lines that it is about.
    uint32_t Last;
    std::vector<Name> Names;
  };
  /// In order of file and line. None of those that have no end.
  llvm::ArrayRef<Comment> comments() const { return Comments; }
  /// Marks the comments at any place of \p F.
  void noteUse(const Finding &F);

private:
  void add(const std::string &File, uint32_t First, uint32_t Last,
           llvm::StringRef Checks);

  std::vector<Comment> Comments;
  llvm::StringMap<std::vector<uint32_t>> ByFile; ///< Into Comments.
};

/// Whether a comment with this text in parentheses names \p Check. The text
/// "*" stands for a comment without parentheses.
bool namesCheck(llvm::StringRef Checks, llvm::StringRef Check);

} // namespace nostall
