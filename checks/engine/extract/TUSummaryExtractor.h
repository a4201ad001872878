//===- TUSummaryExtractor.h - AST to TUSummary ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pass over the AST of a translation unit. Starts from the project's own
// functions and follows calls into instantiated templates; a body is walked
// once, whatever the number of ways to it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "model/TUSummary.h"

#include "clang/AST/ASTContext.h"

namespace nostall {

/// Extracts the facts of \p Context's translation unit. Call when the unit is
/// fully parsed and its templates are instantiated. Errors in the source do
/// not stop it; functions with errors are flagged.
TUSummary extractTUSummary(clang::ASTContext &Context,
                           const ScopeOptions &Options);

} // namespace nostall
