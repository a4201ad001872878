//===- Baseline.h - findings that were accepted -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A baseline is a file in the project's repository that lists what was found
// and is not (yet) to be mended. Written for reviews: one line per finding, in
// an order that changes with nothing but the finding. docs/formats.md has the
// format.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Comparison.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace nostall {

AcceptedFinding acceptedFrom(const Finding &F);

/// Judges \p Report, in which HasBaseline is set, by what was \p Accepted.
/// Accepted findings are left out; one that stands for further calls, of which
/// some are not accepted, stays with these as gained. Calls that are called
/// alike are accepted by their number: first those that stand in the finding
/// they were accepted in, then findings in their order. \p MayBeStale tells of
/// which entries it can be said that they are found no more.
void applyBaseline(GateReport &Report, llvm::ArrayRef<AcceptedFinding> Accepted,
                   llvm::function_ref<bool(const AcceptedFinding &)> MayBeStale);

/// Errors have the place: "FILE:LINE:COLUMN: ...".
llvm::Expected<std::vector<AcceptedFinding>> readBaseline(llvm::StringRef Path);

/// Sorts; by a temporary file that is renamed.
llvm::Error writeBaseline(std::vector<AcceptedFinding> Findings,
                          llvm::StringRef Path);

} // namespace nostall
