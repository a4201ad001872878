//===- LoopSpin.h - loops that wait for another thread ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

namespace nostall {

/// Nothing but calls, in body and condition: no variable of the function
/// changes from round to round, so the loop waits for somebody else. What a
/// compare-and-exchange has overwritten may be set again.
bool onlyWaits(const clang::Stmt *Loop, const clang::ASTContext &Context);

/// Reads a volatile variable, or by one of the compiler's atomic operations.
bool readsAtomically(const clang::Stmt *S);

/// Whether the functions of this unit that \p Loop calls change nothing.
bool callsOnlyRead(const clang::Stmt *Loop, const clang::ASTContext &Context);

} // namespace nostall
