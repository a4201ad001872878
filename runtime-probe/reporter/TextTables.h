//===- TextTables.h - the lower part of the text report ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/Join.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall::report {

/// What became of the findings: those that matter most, and numbers.
void printFindings(const Joined &Findings, llvm::raw_ostream &OS);

/// A table: how busy each loop was.
void printLoops(const StallReport &Report, llvm::raw_ostream &OS);

/// What watching cost.
void printOverhead(const StallReport &Report, llvm::raw_ostream &OS);

/// What was seen and what was not, and why.
void printCoverage(const StallReport &Report, llvm::raw_ostream &OS);

} // namespace nostall::report
