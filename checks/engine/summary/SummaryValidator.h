//===- SummaryValidator.h - are the indices in range ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// FlatBuffers verifies that a file's bytes are tables. That the tables' indices
// lead somewhere is looked at here, once, so that nobody who follows one later
// needs to.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace nostall {

/// Checks that every index is in range. \p Name is for messages.
llvm::Error validate(const SummaryTables &Tables, llvm::StringRef Name);

} // namespace nostall
