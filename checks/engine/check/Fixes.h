//===- Fixes.h - replacements that are certain ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lays what the knowledge has for a blocking call over how the call is written.
// A fix is given where the result is certain to compile and to mean the same;
// otherwise none: the finding's suggestion says what a person can do.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Solution.h"
#include "model/Finding.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace nostall {

/// What call \p Call (local) of the coroutine \p F can be replaced by; files
/// are named by \p DisplayPath.
std::optional<Fix>
findFix(const Solution &S, FunctionIndex F, uint32_t Call,
        llvm::function_ref<std::string(llvm::StringRef)> DisplayPath);

/// One fix for two findings that have become one; none where it would mend but
/// one of them.
std::optional<Fix> bothFixes(std::optional<Fix> A, std::optional<Fix> B);

} // namespace nostall
