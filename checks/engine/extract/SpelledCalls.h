//===- SpelledCalls.h - calls that a fix could replace ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call in a coroutine may be replaced by one that suspends, where the
// language allows co_await: not in a lambda, a handler, a default argument, a
// static initializer; and where the text is what it seems: not in a macro, not
// in a template. Which calls should be replaced, and by what, is knowledge;
// here it is only recorded how they are written.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/EntityNamer.h"

#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace nostall {

/// Appends to the builder's tables how the calls in the coroutine \p FD are
/// written, and \p Summary's range of them. \p IndexOf gives a call's local
/// index, or NoIndex.
void addSpelledCalls(clang::ASTContext &Context, const clang::FunctionDecl *FD,
                     EntityNamer &Namer, SummaryBuilder &Builder,
                     llvm::function_ref<uint32_t(const clang::Stmt *)> IndexOf,
                     FunctionSummary &Summary);

} // namespace nostall
