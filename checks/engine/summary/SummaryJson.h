//===- SummaryJson.h - summaries for people and tests -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `nostall dump-summary`: a summary as JSON, indices replaced by what they
// stand for.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall {

void writeSummaryJson(const SummaryTables &Tables, llvm::raw_ostream &OS);

} // namespace nostall
