//===- Measure.h - findings compared with traces ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Analyzer.h"

namespace nostall {

/// Sets Finding::InRun and ranks the findings by what they cost. False when a
/// trace could not be read, or not fully: said on the standard error, and the
/// findings are as far as the rest tells. \p Result needs its Scope.
bool compareWithTraces(const std::vector<std::string> &Traces,
                       const std::vector<std::string> &DebugDirs,
                       AnalysisResult &Result);

} // namespace nostall
