//===- LoopContainer.h - what a loop goes through ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The expressions that loops are bounded by, and the containers that they go
// through. Of the standard library this knows what belongs to the language:
// ranges have begin, end and size, and std::array has its size in its type.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"

#include <optional>

namespace nostall {

std::optional<llvm::APSInt> constantOf(const clang::Expr *E,
                                       const clang::ASTContext &Context);

/// Without casts, parentheses and what the compiler adds.
const clang::Expr *stripped(const clang::Expr *E);

/// The variable that \p E names, or null.
const clang::VarDecl *variableOf(const clang::Expr *E);
bool namesVariable(const clang::Expr *E, const clang::VarDecl *Variable);

bool sameExpression(const clang::Expr *A, const clang::Expr *B,
                    const clang::ASTContext &Context);

/// Whether \p S assigns to \p Variable, or lets somebody else do so.
bool changes(const clang::Stmt *S, const clang::VarDecl *Variable);

/// A variable, a member of one, what one points to: the same in every round.
bool isPlace(const clang::Expr *E);

/// Has begin and end.
bool isRangeType(clang::QualType T, const clang::ASTContext &Context);

/// The number of elements where the type tells it: arrays and std::array.
std::optional<uint64_t> sizeInType(clang::QualType T,
                                   const clang::ASTContext &Context);

/// The place that \p Bound is the end or the size of, as `c.end()`,
/// `c.size() - 1`, `std::end(c)`; or null.
const clang::Expr *containerOf(const clang::Expr *Bound);

/// The container that a loop under `!queue.empty()` takes elements from, or
/// null.
const clang::Expr *drainedBy(const clang::Expr *Condition,
                             const clang::ASTContext &Context);

} // namespace nostall
