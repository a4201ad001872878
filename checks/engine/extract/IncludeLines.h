//===- IncludeLines.h - what a file includes first -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fix may need another header. Its #include goes among those that the file
// begins with, and is not needed where one of them has it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "engine/summary/SummaryBuilder.h"

namespace nostall {

/// Appends the #include lines that each file with spelled calls begins with;
/// those under a condition are left out.
void addIncludeLines(const clang::SourceManager &SM, const ProjectScope &Scope,
                     SummaryBuilder &Builder);

} // namespace nostall
