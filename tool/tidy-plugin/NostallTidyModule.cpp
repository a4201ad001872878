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
#include "tidy-plugin/EditorMarks.h"
#include "tidy-plugin/TidyEngine.h"

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#if __has_include("clang-tidy/ClangTidyModuleRegistry.h")
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/ASTMatchers/ASTMatchersMacros.h"
#include "clang/Basic/FileManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <utility>

namespace nostall {
namespace {

using namespace clang;
using tidy::ClangTidyContext;

/// What the traversal comes to first: the unit; in clangd, which visits only
/// what the main file declares, the first of these.
AST_MATCHER_P(Decl, firstDeclaration, bool *, Seen) {
  (void)Node, (void)Finder, (void)Builder;
  return !std::exchange(*Seen, true);
}

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
    Common("Measured", Engine->Settings.Measured);
    Common("Root", Engine->Settings.Root);
    Common("Knowledge", Engine->Settings.Knowledge);
    Common("MinConfidence", Engine->Settings.LeastConfidence);
    auto Flag = [&](llvm::StringRef Option, bool &To) {
      std::string Text;
      Common(Option, Text);
      To |= Text == "true" || Text == "1";
    };
    Flag("IncludeTests", Engine->Settings.IncludeTests);
    Flag("NoInstalledKnowledge", Engine->Settings.WithoutInstalledKnowledge);
    Flag("Editor", Engine->Settings.Editor);
    Engine->EnabledChecks.push_back(Descriptor.Name.str());
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &Opts) override {
    for (const OptionDescriptor &O : Descriptor.Options)
      Options.store(Opts, O.Name,
                    Engine->Options[(Descriptor.Name + "." + O.Name).str()]);
    Options.store(Opts, "Index", Engine->Settings.Index);
    Options.store(Opts, "Measured", Engine->Settings.Measured);
    Options.store(Opts, "Root", Engine->Settings.Root);
    Options.store(Opts, "Knowledge", Engine->Settings.Knowledge);
    Options.store(Opts, "MinConfidence", Engine->Settings.LeastConfidence);
    Options.store(Opts, "IncludeTests", Engine->Settings.IncludeTests);
    Options.store(Opts, "NoInstalledKnowledge",
                  Engine->Settings.WithoutInstalledKnowledge);
  }

  void registerMatchers(ast_matchers::MatchFinder *Finder) override {
    Finder->addMatcher(firstDeclaration(&Seen), this);
  }

  void check(const ast_matchers::MatchFinder::MatchResult &Result) override {
    const std::vector<Finding> &Findings = Engine->findings(*Result.Context);
    SourceManager &SM = Result.Context->getSourceManager();
    // Said once, by whichever check comes first.
    if (Descriptor.Name == Engine->EnabledChecks.front())
      for (const std::string &Error : Engine->errors()) {
        // An editor shows nothing that has no place.
        if (Engine->Settings.Editor)
          diag(SM.getLocForStartOfFile(SM.getMainFileID()), "nostall: %0")
              << Error;
        else
          configurationDiag("nostall: %0") << Error;
      }
    for (const Finding &F : Findings)
      if (F.Check == Descriptor.Name)
        emit(F, SM);
  }

private:
  /// A place in a file of this unit; invalid for others unless \p Load.
  SourceLocation locate(const Place &P, SourceManager &SM, bool Load) {
    if (P.Line == 0)
      return {};
    FileID FID = P.File == Engine->mainFile() ? SM.getMainFileID()
                                              : fileOf(P.File, SM, Load);
    if (FID.isInvalid())
      return {};
    return SM.translateLineCol(FID, P.Line, std::max(P.Column, 1u));
  }

  FileID fileOf(const std::string &Name, SourceManager &SM, bool Load) {
    auto [It, New] = Known.try_emplace(Name);
    if (!New && (It->second.isValid() || !Load))
      return It->second;
    OptionalFileEntryRef File = SM.getFileManager().getOptionalFileRef(Name);
    if (!File)
      return {};
    // Looking for it reads back the whole preamble in clangd; a file that is
    // there twice does no harm.
    if (!Engine->Settings.Editor)
      It->second = SM.translateFile(*File);
    if (It->second.isInvalid() && Load)
      It->second = SM.createFileID(*File, SourceLocation(), SrcMgr::C_User);
    return It->second;
  }

  void emit(const Finding &F, SourceManager &SM) {
    if (Engine->Settings.Editor) {
      auto IsHere = [&](const Place &P) {
        return P.File == Engine->mainFile();
      };
      for (const EditorMark &Mark : editorMarks(F, Engine->root(), IsHere))
        emitAt(F, locate(Mark.Where, SM, /*Load=*/false), Mark, SM);
      return;
    }
    // The place that was chosen may be another unit's; then the first root in
    // this one.
    SourceLocation Where = locate(F.Where, SM, /*Load=*/false);
    for (const Place &Root : F.Roots) {
      if (Where.isValid())
        break;
      Where = locate(Root, SM, /*Load=*/false);
    }
    if (Where.isValid())
      emitAt(F, Where, {F.Where, F.Message, ""}, SM);
  }

  void emitAt(const Finding &F, SourceLocation Where, const EditorMark &Mark,
              SourceManager &SM) {
    diag(Where, "%0",
         F.Level == Severity::Error ? DiagnosticIDs::Error
                                    : DiagnosticIDs::Warning)
        << Mark.Message;
    if (SourceLocation At = locate(F.Where, SM, /*Load=*/true);
        At.isValid() && !Mark.Before.empty())
      diag(At, "%0", DiagnosticIDs::Note) << Mark.Before;
    for (const TraceStep &Step : F.Way)
      if (SourceLocation At = locate(Step.Where, SM, /*Load=*/true);
          At.isValid())
        diag(At, "%0", DiagnosticIDs::Note) << Step.Note;
    if (!F.Suggestion.empty())
      diag(Where, "instead: %0", DiagnosticIDs::Note) << F.Suggestion;
    // clangd makes a quick fix of a note with a fix; its text is the title.
    if (Engine->Settings.Editor)
      if (std::optional<FixItHint> Fix = suppressionFix(SM, Where, F.Check))
        diag(Where, "accept with NOLINTNEXTLINE(%0)", DiagnosticIDs::Note)
            << F.Check << *Fix;
  }

  bool Seen = false;
  llvm::StringMap<FileID> Known; ///< One unit's: so long does a check live.
  std::string Name;
  const CheckDescriptor &Descriptor;
  std::shared_ptr<TidyEngine> Engine;
};

class NostallModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    TidyEngine::rememberStart(); // Checks are asked for before files are read.
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
