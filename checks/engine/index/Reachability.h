//===- Reachability.h - which function reaches which ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall {

/// One line for each pair of project functions of which the first reaches the
/// second directly or through library code; sorted. Compares a run that skips
/// library bodies with one that does not.
void writeReachability(const SummaryTables &Program, llvm::raw_ostream &OS);

} // namespace nostall
