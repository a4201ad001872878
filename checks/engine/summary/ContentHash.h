//===- ContentHash.h - equality of bodies across units ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An inline function is extracted by every unit that includes it. The hash
// tells equal copies, which the linker merges, from different bodies of one
// name, which belong to different programs of one build.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

namespace nostall {

/// Hash of what \p F does; \p F is a function of \p Unit. Independent of the
/// unit's numbering of strings, files, entities and slots.
uint64_t contentHash(const SummaryTables &Unit, const FunctionSummary &F);

} // namespace nostall
