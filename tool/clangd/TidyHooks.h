//===- TidyHooks.h - our checks among clangd's ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

namespace nostall {

/// When \p File, an absolute path without symbolic links, is next mentioned to
/// clangd, it analyses it anew though its text is the same. Thread-safe.
void lookAgain(llvm::StringRef File);

} // namespace nostall
