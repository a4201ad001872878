//===- CallableWrapper.h - classes that stand for a callable ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A project's own std::function: calling an object runs what it was made from.
// Two shapes are told by their definition.
//   * A constructor template that takes anything as its only argument.
//   * A delegate: a member that is a pointer to a function, a constructor that
//     takes one, and a call operator that does nothing but call it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/DeclCXX.h"

namespace nostall {

/// Whether objects of the class, which is defined, are wrappers, given that it
/// has a call operator. Instantiations are as their pattern.
bool isCallableWrapper(const clang::CXXRecordDecl *RD);

/// Whether what the constructor makes runs the constructor's arguments.
bool isWrapperConstructor(const clang::CXXConstructorDecl *CD);

} // namespace nostall
