//===- LUSummary.h - the facts of a linked program --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The union of translation units: one table of entities and slots for all,
// equal bodies merged, each function marked with the unit it came from. It is
// the index that the clang-tidy plugin and the editor lay a unit over.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

namespace nostall {

/// What the linker writes: any number of units.
struct LUSummary : SummaryTables {};

} // namespace nostall
