//===- EstimateDump.h - estimated costs as JSON -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/KnowledgeBase.h"
#include "model/LUSummary.h"

#include "llvm/Support/raw_ostream.h"

#include <map>
#include <string>

namespace nostall {

/// One object for each loop of the project's functions: where it stands, its
/// trip count if that is constant, and what a round and the whole loop are
/// expected to cost on the reference machine, in nanoseconds. Loops without a
/// constant trip count make as many rounds as \p Rounds says for their place
/// ("FILE:LINE:COLUMN"), and where it says nothing, a few.
void writeEstimates(const LUSummary &Summary, const KnowledgeBase &Knowledge,
                    const std::map<std::string, double> &Rounds,
                    llvm::raw_ostream &OS);

} // namespace nostall
