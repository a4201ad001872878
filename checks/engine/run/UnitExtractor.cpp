//===- UnitExtractor.cpp - compile command to TUSummary ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/UnitExtractor.h"

#include "engine/extract/GccCommand.h"
#include "engine/extract/TUSummaryExtractor.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/DiagnosticDriver.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/Pragma.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/Sema.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <unistd.h>

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
  const ScopeOptions &Options;
  std::optional<TUSummary> &Out;
};

/// Keeps the first errors and counts the rest.
class ErrorCollector : public DiagnosticConsumer {
public:
  ErrorCollector(std::string &Text)
      : OS(Text), Options(new DiagnosticOptions), Printer(OS, &*Options) {}

  void BeginSourceFile(const LangOptions &LO, const Preprocessor *PP) override {
    Printer.BeginSourceFile(LO, PP);
  }
  void EndSourceFile() override { Printer.EndSourceFile(); }

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    // Another compiler's option: the driver drops it and goes on.
    if (Info.getID() == diag::err_drv_unknown_argument ||
        Info.getID() == diag::err_drv_unknown_argument_with_suggestion)
      return;
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    constexpr unsigned Shown = 5;
    if (Level >= DiagnosticsEngine::Error && ++NumShown <= Shown)
      Printer.HandleDiagnostic(Level, Info);
  }

private:
  llvm::raw_string_ostream OS;
  IntrusiveRefCntPtr<DiagnosticOptions> Options;
  TextDiagnosticPrinter Printer;
  unsigned NumShown = 0;
};

} // namespace

std::string clangResourceDirectory() {
  if (std::optional<std::string> FromUser =
          llvm::sys::Process::GetEnv("NOSTALL_RESOURCE_DIR"))
    return *FromUser;
  return NOSTALL_CLANG_RESOURCE_DIR;
}

/// The command as our front end runs it.
static std::vector<std::string>
adjustedArguments(const tooling::CompileCommand &Command) {
  using namespace tooling;
  ArgumentsAdjuster Adjust = combineAdjusters(
      combineAdjusters(getClangStripOutputAdjuster(),
                       getClangStripDependencyFileAdjuster()),
      getClangSyntaxOnlyAdjuster());
  std::vector<std::string> Args =
      Adjust(adaptedToClang(Command.CommandLine), Command.Filename);
  // Warnings are not our business, not even those that Clang makes errors and
  // other compilers do not know. Last, so that nothing turns them on again.
  Args.insert(llvm::find(Args, "--"),
              {"-resource-dir=" + clangResourceDirectory(),
               "-Qunused-arguments", "-Wno-everything"});
  return Args;
}

UnitResult extractUnit(const tooling::CompileCommand &Command,
                       const ScopeOptions &Options,
                       IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS) {
  UnitResult Result;
  if (std::error_code EC =
          llvm::sys::fs::set_current_path(Command.Directory)) {
    Result.Diagnostics = Command.Directory + ": " + EC.message() + "\n";
    Result.NumErrors = 1;
    return Result;
  }
  ErrorCollector Errors(Result.Diagnostics);
  IntrusiveRefCntPtr<FileManager> Files(
      new FileManager(FileSystemOptions(), std::move(FS)));
  tooling::ToolInvocation Invocation(
      adjustedArguments(Command),
      std::make_unique<ExtractingAction>(Options, Result.Summary), Files.get(),
      std::make_shared<PCHContainerOperations>());
  Invocation.setDiagnosticConsumer(&Errors);
  Invocation.run();
  Result.NumErrors = Errors.getNumErrors();
  return Result;
}

} // namespace nostall
