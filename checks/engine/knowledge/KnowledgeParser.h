//===- KnowledgeParser.h - YAML to knowledge --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Knowledge.h"

#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace nostall {

/// Parses one knowledge file. Returns null on errors and appends them to
/// \p Errors, each as "FILE:LINE:COLUMN: error: ...".
std::unique_ptr<LibraryKnowledge> parseKnowledge(llvm::StringRef Text,
                                                 llvm::StringRef FileName,
                                                 std::string &Errors);

/// The bit of a trait by its name in knowledge files; 0 if there is none.
uint32_t traitFromName(llvm::StringRef Name);

} // namespace nostall
