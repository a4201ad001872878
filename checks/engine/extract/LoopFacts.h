//===- LoopFacts.h - how often a loop runs ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Classifies loop statements: endless, constant trip count, bounded by data
// of unknown size, spinning. Looks at syntax only; what the loop calls is for
// the solver, apart from what bodies in the same unit show at a glance.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/LoopBound.h"
#include "engine/extract/ProjectScope.h"
#include "model/TUSummary.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

#include <string>

namespace nostall {

struct LoopFacts {
  uint16_t Flags = 0;
  uint64_t Trips = 0;
  std::string Bound;
};

/// \p Parent is the innermost loop around \p S in the same function, or null.
LoopFacts classifyLoop(const clang::Stmt *S, const clang::Stmt *Parent,
                       clang::ASTContext &Context, const ProjectScope &Scope);

} // namespace nostall
