//===- ApplyFixes.h - nostall check --fix -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes the fixes of findings into the sources. A file is changed as a whole
// or not at all, and only while it is what was analysed; what cannot be done is
// said and left.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <vector>

namespace nostall {

struct FixOutcome {
  std::vector<const Finding *> Fixed;
  unsigned Files = 0;  ///< That were changed.
  bool Failed = false; ///< A file could not be read or written.
};

/// Applies the fixes of \p Findings to files below \p Root, and says on the
/// standard error what was not; with \p Quiet only what failed.
FixOutcome applyFixes(llvm::ArrayRef<const Finding *> Findings,
                      llvm::StringRef Root, bool Quiet);

} // namespace nostall
