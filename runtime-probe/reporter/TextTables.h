//===- TextTables.h - the lower part of the text report ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/StallReport.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall::report {

/// A table: how busy each loop was.
void printLoops(const StallReport &Report, llvm::raw_ostream &OS);

/// What watching cost.
void printOverhead(const StallReport &Report, llvm::raw_ostream &OS);

/// What was seen and what was not, and why.
void printCoverage(const StallReport &Report, llvm::raw_ostream &OS);

} // namespace nostall::report
