//===- LoopNest.h - loops through one container twice -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds work that is quadratic in the size of one container. The algorithms
// that walk through a range are known by their names here: they belong to the
// language, as begin and end do.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/LoopBound.h"

namespace nostall {

/// Whether \p Container is made of a list in the source, or with a constant
/// size, and nobody else can make it grow.
bool hasConstantSize(const clang::Expr *Container,
                     const clang::ASTContext &Context);

/// Whether each round of \p Loop, which goes through \p Bound's container, goes
/// through that container again: by a loop inside, a search of the standard
/// library, or by moving all elements of a vector up or down. Only what runs in
/// every round counts, and only containers that may become large.
bool isQuadratic(const clang::Stmt *Loop, const LoopBound &Bound,
                 const clang::ASTContext &Context);

/// Whether each round of \p Loop, which goes on until \p Container is empty,
/// takes the first element of a vector.
bool takesFromFront(const clang::Stmt *Loop, const clang::Expr *Container,
                    const clang::ASTContext &Context);

} // namespace nostall
