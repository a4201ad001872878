//===- ScopeGuards.h - callables that one local object runs -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A member that holds a callable stands for that member of all objects of its
// class: right for a reactor's handlers, wrong for a scope guard, of which each
// function has its own. Where a class gets its callable from its constructors
// only, and all its objects are local variables, what a member function or the
// destructor runs is what that very variable was made with.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

namespace nostall {

/// Replaces the Stored edges of such classes by edges from the functions that
/// have the objects.
void narrowScopeGuards(const ValueFlow &Values,
                       llvm::ArrayRef<StoreRecord> Stores,
                       std::vector<Edge> &Edges);

} // namespace nostall
