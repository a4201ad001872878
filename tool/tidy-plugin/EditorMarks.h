//===- EditorMarks.h - findings as an editor shows them ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report shows a finding once; an editor shows one file, and the finding is
// wanted wherever one may be typing: at each call that leads to it, and, where
// none of these is in the file, at the call that blocks.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <string>
#include <vector>

namespace nostall {

struct EditorMark {
  Place Where;
  std::string Message;
  /// Before the trace, which is another root's; empty where it is this one's.
  std::string Before;
};

/// The marks of \p F in the file for which \p IsHere is true; none where it has
/// nothing to do with it.
std::vector<EditorMark>
editorMarks(const Finding &F, llvm::StringRef Root,
            llvm::function_ref<bool(const Place &)> IsHere);

/// Puts a NOLINTNEXTLINE above the line of \p Where, or adds \p Check to the
/// one that stands there. None where no comment can stand, as within a macro's
/// definition.
std::optional<clang::FixItHint> suppressionFix(const clang::SourceManager &SM,
                                               clang::SourceLocation Where,
                                               llvm::StringRef Check);

} // namespace nostall
