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

#include "cli/Gate.h"

#include "llvm/ADT/StringRef.h"

#include <vector>

namespace nostall {

struct FixOutcome {
  std::vector<const Finding *> Fixed;
  unsigned Files = 0;  ///< That were changed.
  bool Failed = false; ///< A file could not be read or written.
};

/// Applies the fixes of what \p Report reports to files below \p Root, and says
/// on the standard error what was not; with \p Quiet only what failed. What is
/// mended counts no more.
FixOutcome applyFixes(GateReport &Report, llvm::StringRef Root, bool Quiet);

} // namespace nostall
