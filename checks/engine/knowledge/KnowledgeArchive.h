//===- KnowledgeArchive.h - knowledge as bytes ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parsing the YAML of all built-in files takes as long as parsing a small
// unit. So the build parses it, and what is compiled in are these bytes. They
// are read by the nostall that they were built for and by no other: there is
// no version, and what is malformed is our bug.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Knowledge.h"

#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nostall {

using LibraryList = std::vector<std::unique_ptr<LibraryKnowledge>>;

std::string
packKnowledge(llvm::ArrayRef<std::unique_ptr<LibraryKnowledge>> Libraries);

/// \p Bytes must come from packKnowledge().
LibraryList unpackKnowledge(std::string_view Bytes);

} // namespace nostall
