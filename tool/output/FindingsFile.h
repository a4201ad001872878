//===- FindingsFile.h - findings from a file --------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What renderJson() wrote, read again: to put findings together with traces, and
// for tools that come after the analysis. The file may come from anywhere, so
// nothing in it is believed.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "llvm/Support/Error.h"

#include <optional>

namespace nostall {

struct FindingsFile {
  std::vector<Finding> Findings;
  /// Empty where the writer had none.
  AnalysisScope Scope;
  std::optional<AnalysisStats> Stats;
};

/// Unknown keys are passed over, missing ones are empty. The error names the
/// file, and the place in it: "findings[3].effect.tier: ...".
llvm::Expected<FindingsFile> readFindings(const std::string &Path);

} // namespace nostall
