//===- Project.h - what to analyse ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the command line to compile commands and roots: finds the compilation
// database, the project's root and its .nostall.yaml.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace nostall {

struct ProjectOptions {
  std::string BuildPath;          ///< -p; searched for when empty.
  std::vector<std::string> Paths; ///< Files and folders; everything when empty.
  std::string Root;               ///< --root; found when empty.
  /// Compiler options after "--", for files without a database.
  std::optional<std::vector<std::string>> FixedCommand;
};

struct Project {
  std::vector<clang::tooling::CompileCommand> Commands; ///< Sorted by file.
  std::vector<std::string> Roots; ///< As ScopeOptions::Roots.
  std::optional<std::string> KnowledgeFile; ///< The project's .nostall.yaml.
  /// Paths on the command line that no compile command covers.
  std::vector<std::string> Unknown;
  /// What was looked for to find all this, there or not.
  std::vector<std::string> Looked;
  /// All sources as the database has them, links not resolved.
  std::vector<std::string> Listed;
  /// Commands name files with more options (@FILE).
  bool HasResponseFiles = false;
};

/// The folder with compile_commands.json: in \p Start or above, in a `build` of
/// these, or where `nostall init` was told that it is.
/// \p Looked gets what was looked for.
std::optional<std::string>
findBuildPath(llvm::StringRef Start,
              std::vector<std::string> *Looked = nullptr);

/// Of one of Project::Unknown, for an error message.
std::string whyUnknown(llvm::StringRef Path);

llvm::Expected<Project> findProject(const ProjectOptions &Options);

} // namespace nostall
