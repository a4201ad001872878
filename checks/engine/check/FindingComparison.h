//===- FindingComparison.h - what a change did to findings ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two states of one program, the base and the head, were analysed in the same
// way; which findings has the change made, and which has it mended?
//
// Findings are the same when all agrees that goes into a fingerprint but the
// ordinal: check, category, the function in which the sink stands, the sink.
// Where several agree, lines that the change left alone and equal roots pair
// them. What is left over is the same when the stalling call only moved: out of
// a function that is gone, or into one that is new, below a root that both
// share.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/FunctionRenames.h"
#include "model/Comparison.h"

#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <vector>

namespace nostall {

/// The place in the base of a line of the head that the change left alone;
/// with line 0 for all others, and where that is not known.
using LineMap = std::function<Place(const Place &Head)>;

/// The head's findings in their order, then those that only the base has. Both
/// lists name files in the same way.
std::vector<ComparedFinding> compareFindings(llvm::ArrayRef<Finding> Base,
                                             llvm::ArrayRef<Finding> Head,
                                             const FunctionRenames &Renames,
                                             const LineMap &Unchanged);

} // namespace nostall
