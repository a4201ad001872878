//===- InstalledKnowledge.h - what libraries say themselves -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A library may install a knowledge file beside its headers: `nostall.yaml`,
// or `NAME.nostall.yaml` where several libraries share a folder. Those of the
// libraries that a program uses are found by the files of its summary, which
// name the header of every function that it calls, takes or overrides; so the
// same ones are found for a program that is linked now, read from an index, or
// open in an editor.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace nostall {

/// The folders that may hold such files. Absolute, sorted, each once.
std::vector<std::string>
installedKnowledgeFolders(llvm::ArrayRef<const SummaryTables *> Programs,
                          llvm::StringRef Root);

/// The knowledge files in \p Folders. Sorted, each once.
std::vector<std::string>
knowledgeFilesIn(llvm::ArrayRef<std::string> Folders);

/// The knowledge files beside the headers of libraries that \p Programs use:
/// in the folder of a header and those above it, up to one that is called
/// `include`; where none is, up to the second above it. Headers of the project
/// itself do not count, and no folder that holds \p Root. Absolute, sorted,
/// each once.
std::vector<std::string>
installedKnowledge(llvm::ArrayRef<const SummaryTables *> Programs,
                   llvm::StringRef Root);

} // namespace nostall
