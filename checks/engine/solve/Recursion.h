//===- Recursion.h - functions that call one another ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The strongly connected components of the graph of calls: what a sum over
// callees must not go round in.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include <vector>

namespace nostall {

/// For each of \p NumFunctions functions the number of its component. Two have
/// the same one when each reaches the other by calls.
std::vector<uint32_t> recursionGroups(const CallGraph &Graph,
                                      FunctionIndex NumFunctions);

} // namespace nostall
