//===- KnowledgeOptions.h - the user's knowledge files ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/KnowledgeBase.h"
#include "model/TUSummary.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace nostall {

struct KnowledgeOptions {
  std::vector<std::string> Files;
  bool WithoutInstalled = false; ///< --no-installed-knowledge
};

void addKnowledgeOptions(CLI::App &App, KnowledgeOptions &Options);

/// Lays the project's file and those of the command line over \p Base. Prints
/// errors and returns false when a file could not be used; the rest was.
bool addKnowledge(KnowledgeBase &Base, const KnowledgeOptions &Options,
                  const std::optional<std::string> &ProjectFile);

/// Adds what libraries say of themselves in \p Folders, beside their headers
/// (engine/knowledge/InstalledKnowledge.h). Prints errors and returns
/// false as addKnowledge() does. \p Loaded gets the files that were used.
bool addInstalledKnowledge(KnowledgeBase &Base,
                           llvm::ArrayRef<std::string> Folders,
                           std::vector<std::string> &Loaded);

/// As ScopeOptions::SkipBodies.
std::vector<std::string> bodiesToSkip(const KnowledgeBase &Base);

} // namespace nostall
