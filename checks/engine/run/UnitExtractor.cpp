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
#include "clang/Lex/Pragma.h"
#include "clang/Lex/Preprocessor.h"
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

/// Leaves the bodies of system headers' templates unparsed until something is
/// instantiated from them: of the standard library's, whose bodies are wanted,
/// a unit uses few. The project's own are parsed where they stand, since those
/// that nothing uses are walked as well.
class DelayedTemplates : public PPCallbacks {
public:
  explicit DelayedTemplates(LangOptions &Options) : Options(Options) {}

  void FileChanged(SourceLocation, FileChangeReason,
                   SrcMgr::CharacteristicKind Kind, FileID) override {
    Options.DelayedTemplateParsing = SrcMgr::isSystem(Kind);
  }

private:
  LangOptions &Options;
};

/// A handler is found by its name, so this one stands for Clang's, whose memory
/// goes with the process.
static void ignorePragma(Preprocessor &PP, llvm::StringRef Namespace,
                         llvm::StringRef Name) {
  EmptyPragmaHandler Named(Name);
  PP.RemovePragmaHandler(Namespace, &Named);
  PP.AddPragmaHandler(Namespace, new EmptyPragmaHandler(Name));
}

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
    // Only switches warnings, of which we have none; but makes each question
    // whether one is on a search in a map of the pragmas' places.
    ignorePragma(CI.getPreprocessor(), "GCC", "diagnostic");
    ignorePragma(CI.getPreprocessor(), "clang", "diagnostic");
    if (CI.getLangOpts().CPlusPlus && !Options.Deep)
      CI.getPreprocessor().addPPCallbacks(
          std::make_unique<DelayedTemplates>(CI.getLangOpts()));
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
