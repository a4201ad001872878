//===- TimeStructs.h - C's structures for times -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `tv.tv_sec = 0; tv.tv_usec = 0; select(..., &tv)`: the time that a local
// timeval or timespec stands for, where constants say it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"

#include <cstdint>
#include <optional>

namespace nostall {

/// The local variable of one of these types whose address \p E is, or null.
const clang::VarDecl *addressedTime(const clang::Expr *E);

/// The longest time in nanoseconds that \p Time has anywhere in \p Function;
/// none where anything but constants may be put into it.
std::optional<int64_t> constantTime(const clang::VarDecl *Time,
                                    const clang::FunctionDecl *Function,
                                    const clang::ASTContext &Context);

} // namespace nostall
