//===- LoopBound.h - what ends a loop ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of a loop statement, its trip count where that is a constant, and
// the container that it goes through where there is one.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

#include <optional>

namespace nostall {

/// What ends the loop: the range, or the other side of the comparison with
/// the loop variable.
struct LoopBound {
  const clang::Expr *Bound = nullptr;
  const clang::VarDecl *Variable = nullptr;
  /// The variable, member or dereferenced pointer whose elements the loop goes
  /// through.
  const clang::Expr *Container = nullptr;
  std::optional<uint64_t> Trips;
  /// By how much the variable changes in a round; 0 when that is not known.
  int64_t Step = 0;
};

bool isLoop(const clang::Stmt *S);
const clang::Stmt *bodyOf(const clang::Stmt *Loop);
/// Null for a range-based loop.
const clang::Expr *conditionOf(const clang::Stmt *Loop);

LoopBound boundOf(const clang::Stmt *Loop, const clang::ASTContext &Context);

} // namespace nostall
