//===- DirectCalls.h - whom calls name --------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a call says of its target without looking at where values come from: the
// function that it names and, if that is virtual, those that override it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraphBuilder.h"

#include "llvm/ADT/SmallVector.h"

namespace nostall {

/// Whether the call runs its object argument: whom it calls is a matter of
/// values.
bool isInvocation(const Program &P, const CallEdge &Call);

/// The bodies that the call, which \p F makes, may reach by name.
llvm::SmallVector<FunctionIndex, 4>
namedTargets(const Program &P, FunctionIndex F, const CallEdge &Call);

/// Adds the edges of all calls that name whom they call.
void addDirectCalls(const Program &P, CallGraphBuilder &Graph);

} // namespace nostall
