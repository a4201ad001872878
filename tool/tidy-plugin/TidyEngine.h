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
// linked there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Analyzer.h"
#include "engine/index/EntityLinker.h"

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/AST/ASTContext.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// How the analysis is set up; the options that are not one check's own.
struct TidySettings {
  std::string Index;     ///< A linked program; empty for this unit alone.
  std::string Root;      ///< The project's root; found when empty.
  std::string Knowledge; ///< More knowledge files, separated by semicolons.
  std::string LeastConfidence = "medium";
  bool IncludeTests = false;
};

/// One per clang-tidy context, shared by its checks. Not thread-safe, as
/// clang-tidy is not.
class TidyEngine {
public:
  /// The engine of \p Context; lives as long as some check holds it.
  static std::shared_ptr<TidyEngine>
  of(const clang::tidy::ClangTidyContext *Context);

  TidySettings Settings;
  CheckOptions Options;
  std::vector<std::string> EnabledChecks;

  /// Findings of all enabled checks in this unit. Paths are absolute.
  const std::vector<Finding> &findings(clang::ASTContext &Context);
  /// What could not be used: a bad index, a bad knowledge file.
  const std::vector<std::string> &errors() const { return Errors; }

private:
  void run(clang::ASTContext &Context);
  bool prepareKnowledge(const std::string &Root);
  const LUSummary *index();

  const clang::ASTContext *Analyzed = nullptr;
  std::vector<Finding> Found;
  std::vector<std::string> Errors;
  std::optional<KnowledgeBase> Knowledge;
  std::optional<LUSummary> Index;
  bool IndexRead = false;
};

} // namespace nostall
