//===- SummarizeCommand.cpp - nostall summarize -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The summary of one unit, for build systems. With -o the command after "--" is
// somebody else's: none of its outputs is touched. Without, nostall stands in
// the compiler's place, and -o, -MD and -E are said to it (docs/distribution.md).
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/KnowledgeOptions.h"
#include "cli/Program.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/run/CompilerCommand.h"
#include "engine/run/FilesAsFound.h"
#include "engine/run/PackedUnit.h"
#include "engine/run/UnitExtractor.h"
#include "engine/summary/SummaryIO.h"

#include "clang/Basic/MakeSupport.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace nostall {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

struct SummarizeArguments {
  std::vector<std::string> Roots;
  std::vector<std::string> Vendored;
  KnowledgeOptions Knowledge;
  std::string Output;
  std::string DependencyFile;
  bool Deep = false;
  bool Partial = false;
  bool IfChanged = false;
  bool KeepLinks = false;
  std::string CommandFile;
  std::vector<std::string> Command;
};

bool isWritten(llvm::Error E, const std::string &Path) {
  if (!E)
    return true;
  // The error's own text has the path in quotes.
  printError(fmt::format("{}: {}", Path,
                         llvm::errorToErrorCode(std::move(E)).message()));
  return false;
}

/// Bytes to a file that is never half written; "-" is the standard output.
bool writeWhole(const std::string &Path, llvm::StringRef Bytes) {
  return isWritten(llvm::writeToOutput(Path,
                                       [&](llvm::raw_ostream &OS) {
                                         OS << Bytes;
                                         return llvm::Error::success();
                                       }),
                   Path);
}

std::string absolute(llvm::StringRef Path) {
  llvm::SmallString<256> Absolute(Path);
  fs::make_absolute(Absolute);
  return std::string(Absolute);
}

bool holds(const std::string &Path, llvm::StringRef Bytes) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer && (*Buffer)->getBuffer() == Bytes;
}

class Summarizer {
public:
  explicit Summarizer(const SummarizeArguments &Args) : Args(Args) {}
  int run();

private:
  bool prepare();
  bool readCommand();
  bool makeScope();
  bool chooseOutputs();
  int work(bool FlowGraphs);
  int pack();
  std::optional<UnitResult> extract(bool FlowGraphs);
  std::string startOfProject() const;
  clang::tooling::CompileCommand compileCommand() const {
    return {Cwd, File, Command.Line, ""};
  }
  const clang::DependencyOutputOptions *dependencies() const {
    return Dependencies ? &*Dependencies : nullptr;
  }
  bool keepDependencies();
  bool writeSummary(const TUSummary &Summary);
  int finish(bool Good);

  const SummarizeArguments &Args;
  CompilerCommand Command;
  std::string Cwd, File, Output;
  std::string Text; ///< The source's, if it is not to be preprocessed.
  /// What is asked for; written to a file beside, which is renamed at the end.
  std::optional<clang::DependencyOutputOptions> Dependencies;
  std::string DependencyFile;
  ScopeOptions Scope;
};

//===----------------------------------------------------------------------===//
// Before
//===----------------------------------------------------------------------===//

/// The folder of the source; of a preprocessed one, of what it was made from.
std::string Summarizer::startOfProject() const {
  llvm::StringRef Rest = Text;
  size_t Line = 0;
  if (Rest.consume_front("# ") && !Rest.consumeInteger(10, Line) &&
      Rest.consume_front(" \"")) {
    llvm::SmallString<256> Original(Rest.take_until([](char C) {
      return C == '"';
    }));
    fs::make_absolute(Cwd, Original);
    return path::parent_path(realPath(Original)).str();
  }
  return path::parent_path(File).str();
}

bool Summarizer::makeScope() {
  if (Scope.Roots.empty())
    Scope.Roots.push_back(findProjectRoot(startOfProject()));
  Scope.Deep = Args.Deep;
  Scope.VendoredDirectories.insert(Scope.VendoredDirectories.end(),
                                   Args.Vendored.begin(), Args.Vendored.end());
  Scope.PrefixMap = Command.PrefixMap;
  // Of the knowledge only this matters here, as for check.
  KnowledgeBase Knowledge = KnowledgeBase::builtin();
  std::optional<std::string> OfProject =
      projectKnowledgeFile(Scope.Roots.front());
  if (!addKnowledge(Knowledge, Args.Knowledge, OfProject))
    return false;
  Scope.SkipBodies = bodiesToSkip(Knowledge);
  if (Dependencies) {
    std::vector<std::string> Read = Args.Knowledge.Files;
    if (OfProject)
      Read.push_back(*OfProject);
    for (const std::string &Name : Read)
      Dependencies->ExtraDeps.emplace_back(Name, clang::EDK_DepFileEntry);
  }
  return true;
}

/// Whatever the caller names is meant from where the caller is.
bool Summarizer::chooseOutputs() {
  for (const std::string &Root : Args.Roots)
    Scope.Roots.push_back(realPath(Root));
  llvm::SmallString<128> Name(path::filename(Command.Source));
  Output = Args.Output;
  if (Output.empty() && Command.PreprocessOnly) {
    Output = Command.Output.empty() ? "-" : Command.Output;
    path::replace_extension(Name, "o");
  } else if (Output.empty()) {
    path::replace_extension(Name, "nss");
    Output = Command.Output.empty() ? std::string(Name) : Command.Output;
  }
  if (Output != "-")
    Name = Output;
  if (!Args.DependencyFile.empty()) {
    Dependencies.emplace().OutputFile = Args.DependencyFile;
    Dependencies->IncludeSystemHeaders = true;
  } else if (Args.Output.empty()) {
    Dependencies = Command.Dependencies;
  }
  if (!Args.CommandFile.empty() && Output != "-")
    Output = absolute(Output);
  if (!Dependencies)
    return true;
  if (Dependencies->Targets.empty()) {
    llvm::SmallString<128> Target;
    clang::quoteMakeTarget(Name, Target);
    Dependencies->Targets.push_back(std::string(Target));
  }
  DependencyFile = Dependencies->OutputFile;
  if (DependencyFile.empty()) {
    path::replace_extension(Name, "d");
    DependencyFile = std::string(Name);
  }
  llvm::StringRef Folder = path::parent_path(DependencyFile);
  if (!Folder.empty() && !fs::is_directory(Folder)) {
    printError(fmt::format("{}: no such folder", Folder.str()));
    return false;
  }
  if (!Args.CommandFile.empty())
    DependencyFile = absolute(DependencyFile);
  Dependencies->OutputFile = fmt::format("{}.{}.tmp", DependencyFile, getpid());
  return true;
}

/// From behind "--", or from a file that has its folder as well.
bool Summarizer::readCommand() {
  llvm::SmallString<256> Here;
  if (std::error_code EC = fs::current_path(Here)) {
    printError("working directory: " + EC.message());
    return false;
  }
  Cwd = std::string(Here);
  std::vector<std::string> Line = Args.Command;
  if (!Args.CommandFile.empty()) {
    std::string Problem;
    auto Database = clang::tooling::JSONCompilationDatabase::loadFromFile(
        Args.CommandFile, Problem,
        clang::tooling::JSONCommandLineSyntax::AutoDetect);
    std::vector<clang::tooling::CompileCommand> All;
    if (Database)
      All = Database->getAllCompileCommands();
    if (All.size() != 1) {
      printError(fmt::format("{}: {}", Args.CommandFile,
                             Database ? "not one compile command" : Problem));
      return false;
    }
    Line = std::move(All.front().CommandLine);
    Cwd = std::move(All.front().Directory);
  }
  llvm::Expected<CompilerCommand> Parsed = parseCompilerCommand(Line);
  if (!Parsed) {
    printError("summarize: " + llvm::toString(Parsed.takeError()));
    return false;
  }
  Command = std::move(*Parsed);
  return true;
}

bool Summarizer::prepare() {
  if (!readCommand())
    return false;
  if (!chooseOutputs())
    return false;
  // As the command has it; roots and outputs were the caller's.
  if (std::error_code EC = fs::set_current_path(Cwd)) {
    printError(fmt::format("{}: {}", Cwd, EC.message()));
    return false;
  }
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(Command.Source);
  if (!Buffer) {
    printError(fmt::format("{}: {}", Command.Source,
                           Buffer.getError().message()));
    return false;
  }
  llvm::StringRef Start = (*Buffer)->getBuffer();
  if (Start.starts_with("#"))
    Text = Start.str();
  // Clang would want to read it once more.
  if (Command.Source == "-" && !isPackedUnit(Text)) {
    printError("summarize: from the standard input only packed units are read");
    return false;
  }
  File = realPath(Command.Source);
  return makeScope();
}

//===----------------------------------------------------------------------===//
// The work
//===----------------------------------------------------------------------===//

bool Summarizer::keepDependencies() {
  if (!Dependencies)
    return true;
  std::error_code EC = fs::rename(Dependencies->OutputFile, DependencyFile);
  if (!EC)
    return true;
  printError(DependencyFile + ": " + EC.message());
  return false;
}

/// Nothing is left of what could not be done, not even from before.
int Summarizer::finish(bool Good) {
  if (Good && keepDependencies())
    return EX_Clean;
  if (Dependencies) {
    fs::remove(Dependencies->OutputFile);
    fs::remove(DependencyFile);
  }
  // With -o of its own, what could be parsed may stand there.
  if (Args.Output.empty() && Output != "-")
    fs::remove(Output);
  return EX_Incomplete;
}

int Summarizer::pack() {
  if (isPackedUnit(Text))
    return finish(writeWhole(Output, Text));
  PackResult Packed = packUnit(compileCommand(), Scope, dependencies());
  llvm::errs() << Packed.Diagnostics;
  if (Packed.NumErrors)
    return finish(false);
  Packed.Unit.Tool = programIdentity();
  return finish(writeWhole(Output, write(Packed.Unit)));
}

std::optional<UnitResult> Summarizer::extract(bool FlowGraphs) {
  if (!isPackedUnit(Text)) {
    Scope.FlowGraphs = FlowGraphs;
    return extractUnit(compileCommand(), Scope,
                       Args.KeepLinks ? filesAsFound() : nullptr,
                       dependencies());
  }
  // Its dependencies were written where it was packed.
  Dependencies.reset();
  llvm::Expected<PackedUnit> Unit = readPackedUnit(Text, Command.Source);
  if (!Unit) {
    printError(llvm::toString(Unit.takeError()));
    return std::nullopt;
  }
  if (Unit->Tool != programIdentity()) {
    printError(fmt::format("{}: packed by {}, but this is {}", Command.Source,
                           Unit->Tool, programIdentity()));
    return std::nullopt;
  }
  Unit->Scope.FlowGraphs = FlowGraphs;
  return extractUnit(*Unit);
}

bool Summarizer::writeSummary(const TUSummary &Summary) {
  if (Args.IfChanged && holds(Output, serialize(Summary)))
    return true;
  return isWritten(writeSummaryFile(Summary, Output), Output);
}

int Summarizer::work(bool FlowGraphs) {
  if (Command.PreprocessOnly)
    return pack();
  std::optional<UnitResult> Result = extract(FlowGraphs);
  if (!Result)
    return finish(false);
  llvm::errs() << Result->Diagnostics;
  if (!Result->Summary)
    return finish(false);
  // Who reads the summary must know that it is not complete.
  if (!FlowGraphs)
    Result->Summary->Units.front().NumErrors += 1;
  const bool IsWhole = !Result->NumErrors && FlowGraphs;
  // A compiler leaves nothing of a unit with errors.
  if (!IsWhole && !Args.Partial && Args.Output.empty())
    return finish(false);
  return finish(writeSummary(*Result->Summary) && (IsWhole || Args.Partial));
}

/// In a process of its own, since broken code can crash Clang.
int Summarizer::run() {
  if (!prepare())
    return EX_Incomplete;
  for (bool FlowGraphs : {true, false}) {
    pid_t Child = fork();
    if (Child < 0) {
      printError(fmt::format("fork: {}", strerror(errno)));
      return EX_Incomplete;
    }
    if (Child == 0) {
      int Exit = work(FlowGraphs);
      llvm::outs().flush();
      llvm::errs().flush();
      _exit(Exit);
    }
    int Status = 0;
    while (waitpid(Child, &Status, 0) < 0 && errno == EINTR)
      ;
    if (WIFEXITED(Status))
      return WEXITSTATUS(Status);
    printError(fmt::format("{}: the front end crashed: {}{}", Command.Source,
                           strsignal(WTERMSIG(Status)),
                           FlowGraphs ? "; trying without control flow" : ""));
  }
  return finish(false);
}

} // namespace

void addSummarizeCommand(CLI::App &App, const CompilerArguments &Compiler,
                         int &Exit) {
  auto Args = std::make_shared<SummarizeArguments>();
  CLI::App *Sub = App.add_subcommand("summarize",
                                     "Write the summary of one translation unit");
  Sub->add_option("--root", Args->Roots,
                  "The project's root (default: the checkout); of several, "
                  "names are relative to the first")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
  Sub->add_option("-o,--output", Args->Output,
                  "The summary to write; without, it takes the place of the "
                  "compile command's output")
      ->type_name("FILE");
  Sub->add_option("--depfile", Args->DependencyFile,
                  "A list of the files that were read, for make and Ninja")
      ->type_name("FILE");
  Sub->add_flag("--deep", Args->Deep,
                "Look into the bodies of libraries' headers as well");
  Sub->add_option("--vendored", Args->Vendored,
                  "A folder's name that marks code that is not the project's, "
                  "besides third_party, vendor and the like")
      ->type_name("NAME")
      ->allow_extra_args(false);
  addKnowledgeOptions(*Sub, Args->Knowledge);
  Sub->add_flag("--partial", Args->Partial,
                "Done, too, if the unit has errors: check will say that it was "
                "summarised in part");
  Sub->add_flag("--if-changed", Args->IfChanged,
                "Leave the summary's file alone if it is the same");
  Sub->add_flag("--keep-links", Args->KeepLinks,
                "Name files as they were found, and not by where symbolic links "
                "lead: for sandboxes");
  Sub->add_option("--command", Args->CommandFile,
                  "The compile command, as units writes it, in place of the "
                  "one after --")
      ->type_name("FILE");
  Sub->footer("The compiler's command line stands after --");
  Sub->callback([Args, &Compiler, &Exit] {
    if (Args->CommandFile.empty() && (!Compiler || Compiler->empty())) {
      printError("summarize: no compile command; give it after --");
      Exit = EX_Incomplete;
      return;
    }
    Args->Command = Compiler.value_or(std::vector<std::string>());
    Exit = Summarizer(*Args).run();
  });
}

} // namespace nostall
