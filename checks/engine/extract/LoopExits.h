//===- LoopExits.h - ways out of a loop -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a loop is left other than by its condition, and where it suspends, as
// far as syntax shows it. What calls do is for the solver, apart from an
// exception that a function of this unit is seen to throw.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

namespace nostall {

/// No condition, and nothing in the body that can leave.
bool isEndless(const clang::Stmt *Loop, const clang::ASTContext &Context);

/// A `break` or `return` in the body: the condition is only a limit.
bool leavesEarly(const clang::Stmt *Loop, const clang::ASTContext &Context);

/// The body ends with a `break` or `return`: no round follows another.
bool endsAfterOneRound(const clang::Stmt *Loop);

/// A co_await or co_yield somewhere.
bool suspends(const clang::Stmt *S);

/// Each round suspends, or one in so many: the suspension point stands under a
/// condition on what the loop counts, or on the time.
bool suspendsRegularly(const clang::Stmt *Loop,
                       const clang::ASTContext &Context);

} // namespace nostall
