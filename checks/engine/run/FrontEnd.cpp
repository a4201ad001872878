//===- FrontEnd.cpp - Clang's front end on one command ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/FrontEnd.h"

#include "engine/extract/GccCommand.h"

#include "clang/Basic/DiagnosticDriver.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

using namespace clang;

namespace nostall {
namespace {

/// Keeps the first errors and counts the rest.
class ErrorCollector : public DiagnosticConsumer {
public:
  ErrorCollector(std::string &Text)
      : OS(Text), Options(new DiagnosticOptions), Printer(OS, &*Options) {
    // Of preprocessed source the places that it was made from, as compilers do.
    Options->ShowPresumedLoc = true;
  }

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

/// Gives out the one action, once the invocation is prepared.
class OneAction : public tooling::FrontendActionFactory {
public:
  OneAction(std::unique_ptr<FrontendAction> Action,
            llvm::function_ref<void(CompilerInvocation &)> Prepare)
      : Action(std::move(Action)), Prepare(Prepare) {}

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> PCHOperations,
                     DiagnosticConsumer *Diagnostics) override {
    // Written in ways that the adjusters do not know, as by -Wp,-MD,FILE.
    Invocation->getDependencyOutputOpts() = DependencyOutputOptions();
    Invocation->getDiagnosticOpts().DiagnosticSerializationFile.clear();
    Prepare(*Invocation);
    return FrontendActionFactory::runInvocation(
        std::move(Invocation), Files, std::move(PCHOperations), Diagnostics);
  }

private:
  std::unique_ptr<FrontendAction> create() override {
    return std::move(Action);
  }

  std::unique_ptr<FrontendAction> Action;
  llvm::function_ref<void(CompilerInvocation &)> Prepare;
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

FrontEndResult
runFrontEnd(const tooling::CompileCommand &Command,
            IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS,
            llvm::function_ref<void(CompilerInvocation &)> Prepare,
            std::unique_ptr<FrontendAction> Action) {
  FrontEndResult Result;
  if (std::error_code EC =
          llvm::sys::fs::set_current_path(Command.Directory)) {
    Result.Diagnostics = Command.Directory + ": " + EC.message() + "\n";
    Result.NumErrors = 1;
    return Result;
  }
  ErrorCollector Errors(Result.Diagnostics);
  IntrusiveRefCntPtr<FileManager> Files(
      new FileManager(FileSystemOptions(), std::move(FS)));
  OneAction Factory(std::move(Action), Prepare);
  tooling::ToolInvocation Invocation(
      adjustedArguments(Command), &Factory, Files.get(),
      std::make_shared<PCHContainerOperations>());
  Invocation.setDiagnosticConsumer(&Errors);
  Invocation.run();
  Result.NumErrors = Errors.getNumErrors();
  return Result;
}

FrontEndResult runFrontEnd(llvm::ArrayRef<std::string> Arguments,
                           IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS,
                           std::unique_ptr<FrontendAction> Action) {
  FrontEndResult Result;
  ErrorCollector Errors(Result.Diagnostics);
  IntrusiveRefCntPtr<DiagnosticOptions> Options(new DiagnosticOptions);
  DiagnosticsEngine Diagnostics(
      IntrusiveRefCntPtr<DiagnosticIDs>(new DiagnosticIDs), Options, &Errors,
      /*ShouldOwnClient=*/false);
  std::vector<const char *> Pointers;
  for (const std::string &Argument : Arguments)
    Pointers.push_back(Argument.c_str());
  auto Invocation = std::make_shared<CompilerInvocation>();
  if (CompilerInvocation::CreateFromArgs(*Invocation, Pointers, Diagnostics)) {
    IntrusiveRefCntPtr<FileManager> Files(
        new FileManager(FileSystemOptions(), std::move(FS)));
    OneAction(std::move(Action), [](CompilerInvocation &) {})
        .runInvocation(std::move(Invocation), Files.get(),
                       std::make_shared<PCHContainerOperations>(), &Errors);
  }
  Result.NumErrors = Errors.getNumErrors();
  return Result;
}

} // namespace nostall
