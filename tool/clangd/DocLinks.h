//===- DocLinks.h - where a check is documented -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clangd takes every clang-tidy check for one of LLVM's and links it to
// clang.llvm.org. The messages that carry such links are given ours.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace nostall {

/// Where NAME.md of each check stands: NOSTALL_DOC_URL of the build; else the
/// folder share/doc/nostall/checks beside \p Program's bin, as a file: URL.
std::string docBase(llvm::StringRef Program);

/// \p Json with the links of our checks' diagnostics below \p Base; none where
/// it has no such link. Touches nothing but codeDescription.href.
std::optional<std::string> relinkDocs(llvm::StringRef Json,
                                      llvm::StringRef Base);

} // namespace nostall
