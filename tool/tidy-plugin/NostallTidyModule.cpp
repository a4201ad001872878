//===- NostallTidyModule.cpp - our checks as clang-tidy checks --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One adapter serves every check of the registry: it declares the options,
// asks the shared engine once per unit, and emits its check's findings as
// diagnostics with the trace as notes. Links no LLVM: the host provides it.
//
//===----------------------------------------------------------------------===//

#include "rules/Registry.h"
#include "tidy-plugin/TidyEngine.h"

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#if __has_include("clang-tidy/ClangTidyModuleRegistry.h")
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/FileManager.h"
#include "llvm/ADT/STLExtras.h"

namespace nostall {
namespace {

using namespace clang;
using tidy::ClangTidyContext;

class TidyAdapter : public tidy::ClangTidyCheck {
public:
  TidyAdapter(llvm::StringRef Name, ClangTidyContext *Context,
              const CheckDescriptor &Descriptor)
      : ClangTidyCheck(Name, Context), Name(Name), Descriptor(Descriptor),
        Engine(TidyEngine::of(Context)) {
    for (const OptionDescriptor &O : Descriptor.Options)
      Engine->Options[(Descriptor.Name + "." + O.Name).str()] =
          Options.get(O.Name, O.Default).str();
    // One index and one root serve all checks; whichever check names them.
    auto Common = [&](llvm::StringRef Option, std::string &To) {
      if (std::optional<llvm::StringRef> Value = Options.get(Option))
        To = Value->str();
      auto It = Context->getOptions().CheckOptions.find(
          ("nostall." + Option).str());
      if (It != Context->getOptions().CheckOptions.end())
        To = It->getValue().Value;
    };
    Common("Index", Engine->Settings.Index);
    Common("Root", Engine->Settings.Root);
    Common("Knowledge", Engine->Settings.Knowledge);
    Common("MinConfidence", Engine->Settings.LeastConfidence);
    std::string IncludeTests;
    Common("IncludeTests", IncludeTests);
    Engine->Settings.IncludeTests |=
        IncludeTests == "true" || IncludeTests == "1";
    Engine->EnabledChecks.push_back(Descriptor.Name.str());
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &Opts) override {
    for (const OptionDescriptor &O : Descriptor.Options)
      Options.store(Opts, O.Name,
                    Engine->Options[(Descriptor.Name + "." + O.Name).str()]);
    Options.store(Opts, "Index", Engine->Settings.Index);
    Options.store(Opts, "Root", Engine->Settings.Root);
    Options.store(Opts, "Knowledge", Engine->Settings.Knowledge);
    Options.store(Opts, "MinConfidence", Engine->Settings.LeastConfidence);
    Options.store(Opts, "IncludeTests", Engine->Settings.IncludeTests);
  }

  void registerMatchers(ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const ast_matchers::MatchFinder::MatchResult &Result) override {
    const std::vector<Finding> &Findings = Engine->findings(*Result.Context);
    // Said once, by whichever check comes first.
    if (Descriptor.Name == Engine->EnabledChecks.front())
      for (const std::string &Error : Engine->errors())
        configurationDiag("nostall: %0") << Error;
    for (const Finding &F : Findings)
      if (F.Check == Descriptor.Name)
        emit(F, Result.Context->getSourceManager());
  }

private:
  /// A place in a file of this unit; invalid for others unless \p Load.
  SourceLocation locate(const Place &P, SourceManager &SM, bool Load) const {
    OptionalFileEntryRef File =
        SM.getFileManager().getOptionalFileRef(P.File);
    if (!File || P.Line == 0)
      return {};
    FileID FID = SM.translateFile(*File);
    if (FID.isInvalid() && Load)
      FID = SM.createFileID(*File, SourceLocation(), SrcMgr::C_User);
    if (FID.isInvalid())
      return {};
    return SM.translateLineCol(FID, P.Line, std::max(P.Column, 1u));
  }

  void emit(const Finding &F, SourceManager &SM) {
    // The place that was chosen may be another unit's; then the first root in
    // this one.
    SourceLocation Where = locate(F.Where, SM, /*Load=*/false);
    for (const Place &Root : F.Roots) {
      if (Where.isValid())
        break;
      Where = locate(Root, SM, /*Load=*/false);
    }
    if (Where.isInvalid())
      return;
    diag(Where, "%0") << F.Message;
    for (const TraceStep &Step : F.Way)
      if (SourceLocation At = locate(Step.Where, SM, /*Load=*/true);
          At.isValid())
        diag(At, "%0", DiagnosticIDs::Note) << Step.Note;
    if (!F.Suggestion.empty())
      diag(Where, "instead: %0", DiagnosticIDs::Note) << F.Suggestion;
  }

  std::string Name;
  const CheckDescriptor &Descriptor;
  std::shared_ptr<TidyEngine> Engine;
};

class NostallModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    for (const std::unique_ptr<Check> &C : createChecks()) {
      const CheckDescriptor &Descriptor = C->descriptor();
      Factories.registerCheckFactory(
          Descriptor.Name,
          [&Descriptor](llvm::StringRef Name, ClangTidyContext *Context) {
            return std::make_unique<TidyAdapter>(Name, Context, Descriptor);
          });
    }
  }
};

} // namespace

static tidy::ClangTidyModuleRegistry::Add<NostallModule>
    Registration("nostall-module", "Checks that find what stalls event loops.");

} // namespace nostall
