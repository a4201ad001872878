//===- UnitExtractor.cpp - compile command to TUSummary ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/UnitExtractor.h"

#include "engine/extract/TUSummaryExtractor.h"
#include "engine/run/FrontEnd.h"
#include "engine/run/PackedUnit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Sema/Sema.h"

using namespace clang;

namespace nostall {
namespace {

/// Decides which bodies the parser skips, and extracts at the end.
class ExtractingConsumer : public ASTConsumer {
public:
  ExtractingConsumer(CompilerInstance &CI, const ScopeOptions &Options,
                     std::optional<TUSummary> &Out)
      : Scope(Options, CI.getSourceManager()), Options(Options), Out(Out) {}

  bool shouldSkipFunctionBody(Decl *D) override { return !Scope.wantsBody(D); }

  void HandleTranslationUnit(ASTContext &Context) override {
    Out = extractTUSummary(Context, Options);
  }

private:
  ProjectScope Scope;
  const ScopeOptions &Options;
  std::optional<TUSummary> &Out;
};

class ExtractingAction : public ASTFrontendAction {
public:
  ExtractingAction(const ScopeOptions &Options, std::optional<TUSummary> &Out)
      : Options(Options), Out(Out) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &CI) override {
    CI.getFrontendOpts().SkipFunctionBodies = !Options.Deep;
    // Broken code is expected; guessing at names is slow and misleading.
    CI.getLangOpts().SpellChecking = false;
    // No "3 errors generated." on the terminal: we count ourselves.
    CI.getDiagnosticOpts().ShowCarets = false;
    // One process, one unit: giving its memory back piece by piece is waste.
    CI.getFrontendOpts().DisableFree = true;
    Options.LineMarkers = getCurrentFileKind().isPreprocessed();
    return true;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 llvm::StringRef) override {
    return std::make_unique<ExtractingConsumer>(CI, Options, Out);
  }

private:
  ScopeOptions Options;
  std::optional<TUSummary> &Out;
};

} // namespace

static UnitResult resultOf(FrontEndResult Ran, std::optional<TUSummary> Made) {
  return {std::move(Made), std::move(Ran.Diagnostics), Ran.NumErrors};
}

UnitResult extractUnit(const tooling::CompileCommand &Command,
                       const ScopeOptions &Options,
                       IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                       const DependencyOutputOptions *Dependencies) {
  std::optional<TUSummary> Made;
  FrontEndResult Ran = runFrontEnd(
      Command, std::move(Files),
      [&](CompilerInvocation &Invocation) {
        if (Dependencies)
          Invocation.getDependencyOutputOpts() = *Dependencies;
      },
      std::make_unique<ExtractingAction>(Options, Made));
  return resultOf(std::move(Ran), std::move(Made));
}

UnitResult extractUnit(const PackedUnit &Unit) {
  std::optional<TUSummary> Made;
  FrontEndResult Ran =
      runFrontEnd(Unit.Invocation, filesOf(Unit),
                  std::make_unique<ExtractingAction>(Unit.Scope, Made));
  return resultOf(std::move(Ran), std::move(Made));
}

} // namespace nostall
