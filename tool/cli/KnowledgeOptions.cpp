//===- KnowledgeOptions.cpp - the user's knowledge files --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/KnowledgeOptions.h"

#include "cli/Commands.h"
#include "engine/knowledge/InstalledKnowledge.h"

namespace nostall {

void addKnowledgeOptions(CLI::App &App, KnowledgeOptions &Options) {
  App.add_option("--knowledge", Options.Files,
                 "A YAML file that says what functions do; comes before what "
                 "is built in")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

bool addKnowledge(KnowledgeBase &Base, const KnowledgeOptions &Options,
                  const std::optional<std::string> &ProjectFile) {
  bool Good = true;
  auto Add = [&](const std::string &File) {
    if (llvm::Error E = Base.addFile(File)) {
      printError(llvm::toString(std::move(E)));
      Good = false;
    }
  };
  if (ProjectFile)
    Add(*ProjectFile);
  for (const std::string &File : Options.Files)
    Add(File);
  return Good;
}

bool addInstalledKnowledge(KnowledgeBase &Base,
                           llvm::ArrayRef<std::string> Folders,
                           std::vector<std::string> &Loaded) {
  bool Good = true;
  for (std::string &File : knowledgeFilesIn(Folders)) {
    if (llvm::Error E = Base.addFile(File, KnowledgeOrigin::Installed)) {
      printError(llvm::toString(std::move(E)));
      Good = false;
      continue;
    }
    Loaded.push_back(std::move(File));
  }
  return Good;
}

std::vector<std::string> bodiesToSkip(const KnowledgeBase &Base) {
  std::vector<std::string> Names;
  for (const auto &Library : Base.libraries())
    Names.insert(Names.end(), Library->SkipBodies.begin(),
                 Library->SkipBodies.end());
  return Names;
}

} // namespace nostall
