//===- CheckSettings.h - what 'nostall check' is to do ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns the arguments into the analysis's options. What is wrong with them is
// said before anything is analysed: that may take minutes.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "cli/CheckArguments.h"
#include "engine/check/Analyzer.h"

namespace nostall {

// Each says on the standard error what is wrong, and returns whether nothing
// is.

/// What has to be there, or has to have a folder to be written in.
bool areFilesThere(const CheckArguments &Args, const ReportFiles &Reports);

/// What `nostall calibrate` found, where it ran; else \p Machine stays as it
/// is.
bool readMachineCosts(const CheckArguments &Args, MachineCosts &Machine);

/// All options but DisplayPath, IsWhole and Machine.
bool makeAnalyzerOptions(const CheckArguments &Args, const ReportFiles &Reports,
                         AnalyzerOptions &Analysis);

} // namespace nostall
