//===- TidyEngine.h - the engine inside clang-tidy --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs extraction and analysis once per translation unit, for all of our
// checks that are enabled. Alone, the unit is the whole program; with an index
// (`nostall check --write-index`), the unit is laid over the program that was
// linked there. What is read from files is shared by all engines of a process:
// clangd has one per file and edit, on several threads.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Analyzer.h"
#include "engine/index/EntityLinker.h"

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/AST/ASTContext.h"

#include <memory>
#include <string>
#include <vector>

namespace nostall {

/// How the analysis is set up; the options that are not one check's own.
struct TidySettings {
  std::string Index;     ///< A linked program; empty for this unit alone.
  std::string Root;      ///< The project's root; found when empty.
  std::string Knowledge; ///< More knowledge files, separated by semicolons.
  std::string Measured;  ///< Findings joined with a trace; may be empty.
  std::string LeastConfidence = "medium";
  bool IncludeTests = false;
  /// Leave out what libraries install beside their headers.
  bool WithoutInstalledKnowledge = false;
  /// For people who edit: every call site is marked, and fixes are offered.
  bool Editor = false;
};

/// One per clang-tidy context, shared by its checks. Not thread-safe, as
/// clang-tidy is not.
class TidyEngine {
public:
  /// The engine of \p Context; lives as long as some check holds it.
  static std::shared_ptr<TidyEngine>
  of(const clang::tidy::ClangTidyContext *Context);

  /// Remembers the working directory; to be called while it is the one in which
  /// the program was started. Clang changes it for each compile command.
  static void rememberStart();

  TidySettings Settings;
  CheckOptions Options;
  std::vector<std::string> EnabledChecks;

  /// Findings of all enabled checks in this unit. Paths are absolute.
  const std::vector<Finding> &findings(clang::ASTContext &Context);
  /// What could not be used: a bad index, a bad knowledge file.
  const std::vector<std::string> &errors() const { return Errors; }

  /// The project's root and the unit's main file, absolute; known once
  /// findings() has been called.
  const std::string &root() const { return Root; }
  const std::string &mainFile() const { return MainFile; }

private:
  void run(clang::ASTContext &Context);
  std::vector<std::string> knowledgeFiles();
  std::shared_ptr<const LUSummary> index();
  std::string located(llvm::StringRef Option, const std::string &File);
  AnalyzerOptions analyzerOptions() const;
  void addMeasured();

  const clang::ASTContext *Analyzed = nullptr;
  std::string Root;
  std::string MainFile;
  std::string CommandFolder; ///< The compile command's; may be empty.
  std::vector<Finding> Found;
  std::vector<std::string> Errors;
  std::string Sources; ///< Versions of the files that were read.
};

} // namespace nostall
