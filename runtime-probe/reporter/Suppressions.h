//===- Suppressions.h - stalls that shall not be reported -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A YAML file:
//
//   suppressions:
//     - function: "Store::*"     # any function of the stack, or the call
//       cause: file              # optional
//       reason: "compacts at night only"
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/StallReport.h"

#include <optional>
#include <string_view>

namespace nostall::report {

/// `*` stands for any text, `?` for one character.
bool matchesWildcards(std::string_view Pattern, std::string_view Text);

/// Reads \p File; on an error, none, and what is wrong in \p Error as
/// lines "FILE:LINE:COLUMN: error: ...".
std::optional<std::vector<SuppressionUse>>
readSuppressions(const std::string &File, std::string &Error);

/// The first of \p Rules that silences such a stall, or null.
SuppressionUse *findSuppression(std::vector<SuppressionUse> &Rules,
                                const std::string &Cause,
                                const std::string &Call, const Stack &Frames);

} // namespace nostall::report
