//===- SuppressionScanner.h - NOLINT comments -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Records clang-tidy's suppression comments of the unit's project files, so
// that every front end honours them, not only clang-tidy's own.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "engine/summary/SummaryBuilder.h"

namespace nostall {

void scanSuppressions(const clang::SourceManager &SM, const ProjectScope &Scope,
                      SummaryBuilder &Builder);

/// The comments of one file's text; exposed for the editor, which has the text
/// and no source manager.
void scanSuppressions(llvm::StringRef Text, FileId File,
                      SummaryBuilder &Builder);

} // namespace nostall
