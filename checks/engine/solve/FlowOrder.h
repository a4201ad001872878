//===- FlowOrder.h - what comes after what ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Questions about the order of calls in one function's flow graph.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Program.h"

#include <optional>
#include <vector>

namespace nostall {

/// The local indices of the calls in a block, in order.
llvm::ArrayRef<uint32_t> itemsOf(const Program &P, const FlowBlock &B);
/// The blocks of \p F that control gets to from the end of \p Block.
std::vector<bool> blocksAfter(const Program &P, FunctionIndex F,
                              uint32_t Block);
/// The block of the call with local index \p Item.
std::optional<uint32_t> blockOf(const Program &P, FunctionIndex F,
                                uint32_t Item);
/// Whether a way leads from the one call to the other, within the function.
bool leadsTo(const Program &P, FunctionIndex F, uint32_t From, uint32_t To);

} // namespace nostall
