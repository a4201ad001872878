//===- SummaryCommands.cpp - summarize, link, dump-* ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/KnowledgeOptions.h"
#include "cli/Project.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/index/EntityLinker.h"
#include "engine/index/Reachability.h"
#include "engine/run/UnitExtractor.h"
#include "engine/solve/EstimateDump.h"
#include "engine/summary/SummaryIO.h"
#include "engine/summary/SummaryJson.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace nostall {
namespace {

//===----------------------------------------------------------------------===//
// summarize
//===----------------------------------------------------------------------===//

struct SummarizeArguments {
  std::string Root;
  std::string Output;
  bool Deep = false;
  std::vector<std::string> Command;
};

/// The source file of a compiler's command line: the one argument that is
/// neither an option nor an option's value and names an existing C or C++ file.
std::string sourceOfCommand(llvm::ArrayRef<std::string> Command) {
  for (size_t I = 1; I < Command.size(); ++I) {
    llvm::StringRef Arg = Command[I];
    if (Arg == "-o" || Arg == "-MF" || Arg == "-MT" || Arg == "-MQ") {
      ++I;
      continue;
    }
    if (Arg.starts_with("-"))
      continue;
    llvm::StringRef Ext = llvm::sys::path::extension(Arg);
    if ((Ext == ".c" || Ext == ".cc" || Ext == ".cpp" || Ext == ".cxx" ||
         Ext == ".C" || Ext == ".c++") &&
        llvm::sys::fs::exists(Arg))
      return Arg.str();
  }
  return "";
}

int summarize(const SummarizeArguments &Args) {
  if (Args.Command.empty()) {
    printError("summarize: no compile command; give it after --");
    return EX_Incomplete;
  }
  std::string Source = sourceOfCommand(Args.Command);
  if (Source.empty()) {
    printError("summarize: the compile command names no C or C++ file that "
               "exists");
    return EX_Incomplete;
  }
  llvm::SmallString<256> Cwd;
  llvm::sys::fs::current_path(Cwd);
  std::string File = realPath(Source);
  ScopeOptions Scope;
  Scope.Roots = {Args.Root.empty()
                     ? llvm::sys::path::parent_path(File).str()
                     : realPath(Args.Root)};
  Scope.Deep = Args.Deep;
  Scope.SkipBodies = bodiesToSkip(KnowledgeBase::builtin());
  UnitResult Result = extractUnit(
      clang::tooling::CompileCommand(Cwd, File, Args.Command, ""), Scope);
  llvm::errs() << Result.Diagnostics;
  if (!Result.Summary)
    return EX_Incomplete;
  if (llvm::Error E = writeSummaryFile(*Result.Summary, Args.Output)) {
    printError(llvm::toString(std::move(E)));
    return EX_Incomplete;
  }
  return Result.NumErrors ? EX_Incomplete : EX_Clean;
}

//===----------------------------------------------------------------------===//
// link and dump
//===----------------------------------------------------------------------===//

/// With the lines of FILE in place of `@FILE`; false when one cannot be read.
bool expandLists(const std::vector<std::string> &Given,
                 std::vector<std::string> &Files) {
  for (llvm::StringRef Name : Given) {
    if (!Name.consume_front("@")) {
      Files.push_back(Name.str());
      continue;
    }
    auto Buffer = llvm::MemoryBuffer::getFile(Name);
    if (!Buffer) {
      printError(fmt::format("{}: {}", Name.str(), Buffer.getError().message()));
      return false;
    }
    llvm::SmallVector<llvm::StringRef, 0> Lines;
    (*Buffer)->getBuffer().split(Lines, '\n', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef Line : Lines)
      Files.push_back(Line.rtrim('\r').str());
  }
  return true;
}

int link(const std::vector<std::string> &Given, const std::string &Output) {
  int Exit = EX_Clean;
  std::vector<std::string> Inputs;
  if (!expandLists(Given, Inputs))
    return EX_Incomplete;
  EntityLinker Linker;
  for (const std::string &File : Inputs) {
    llvm::Expected<LUSummary> Unit = readSummaryFile(File);
    if (!Unit) {
      printError(llvm::toString(Unit.takeError()));
      Exit = EX_Incomplete;
      continue;
    }
    Linker.add(*Unit);
  }
  if (llvm::Error E = writeSummaryFile(Linker.finish(), Output)) {
    printError(llvm::toString(std::move(E)));
    return EX_Incomplete;
  }
  return Exit;
}

int dump(const std::string &File,
         void (*Write)(const LUSummary &, llvm::raw_ostream &)) {
  llvm::Expected<LUSummary> Summary = readSummaryFile(File);
  if (!Summary) {
    printError(llvm::toString(Summary.takeError()));
    return EX_Incomplete;
  }
  Write(*Summary, llvm::outs());
  return EX_Clean;
}

/// Lines of `FILE:LINE:COLUMN ROUNDS`; nothing when there is a bad one, which
/// has been said then.
std::optional<std::map<std::string, double>>
readRounds(const std::string &File) {
  std::map<std::string, double> Rounds;
  if (File.empty())
    return Rounds;
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    printError(fmt::format("{}: {}", File, Buffer.getError().message()));
    return std::nullopt;
  }
  llvm::SmallVector<llvm::StringRef, 0> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  for (size_t N = 0; N != Lines.size(); ++N) {
    if (Lines[N].empty())
      continue;
    auto [Place, Number] = Lines[N].rsplit(' ');
    double Value = 0;
    if (Number.getAsDouble(Value) || Value < 0) {
      printError(fmt::format("{}:{}: expected FILE:LINE:COLUMN and a number of "
                             "rounds",
                             File, N + 1));
      return std::nullopt;
    }
    Rounds[Place.str()] = Value;
  }
  return Rounds;
}

int dumpEstimates(const std::string &File, const std::string &RoundsFile) {
  std::optional<std::map<std::string, double>> Rounds = readRounds(RoundsFile);
  if (!Rounds)
    return EX_Incomplete;
  llvm::Expected<LUSummary> Summary = readSummaryFile(File);
  if (!Summary) {
    printError(llvm::toString(Summary.takeError()));
    return EX_Incomplete;
  }
  writeEstimates(*Summary, KnowledgeBase::builtin(), *Rounds, llvm::outs());
  return EX_Clean;
}

void addEstimatesCommand(CLI::App &App, int &Exit) {
  auto File = std::make_shared<std::string>();
  auto Rounds = std::make_shared<std::string>();
  CLI::App *Dump = App.add_subcommand("dump-estimates",
                                      "Print what loops are estimated to cost");
  Dump->add_option("summary", *File, "A summary or a linked program")
      ->type_name("")
      ->required();
  Dump->add_option("--rounds", *Rounds,
                   "What loops made in a run, per entry: lines of "
                   "FILE:LINE:COLUMN ROUNDS")
      ->type_name("FILE");
  Dump->callback(
      [File, Rounds, &Exit] { Exit = dumpEstimates(*File, *Rounds); });
}

} // namespace

void addSummaryCommands(CLI::App &App, const CompilerArguments &Compiler,
                        int &Exit) {
  auto Args = std::make_shared<SummarizeArguments>();
  CLI::App *Summarize = App.add_subcommand(
      "summarize", "Write the summary of one translation unit");
  Summarize->add_option("--root", Args->Root, "The project's root")
      ->type_name("FOLDER");
  Summarize->add_option("-o,--output", Args->Output, "The summary to write")
      ->type_name("FILE")
      ->required();
  Summarize->add_flag("--deep", Args->Deep,
                      "Look into the bodies of libraries' headers as well");
  Summarize->footer("The compiler's command line stands after --");
  Summarize->callback([Args, &Compiler, &Exit] {
    Args->Command = Compiler.value_or(std::vector<std::string>());
    Exit = summarize(*Args);
  });

  auto Inputs = std::make_shared<std::vector<std::string>>();
  auto Output = std::make_shared<std::string>();
  CLI::App *Link = App.add_subcommand("link", "Link summaries to one program");
  Link->add_option("summaries", *Inputs, "Files that summarize wrote; @FILE for a list of them, one a "
                   "line")
      ->type_name("")
      ->required();
  Link->add_option("-o,--output", *Output, "The linked program to write")
      ->type_name("FILE")
      ->required();
  Link->callback([Inputs, Output, &Exit] { Exit = link(*Inputs, *Output); });

  auto AddDump = [&](const char *Name, const char *Help,
                     void (*Write)(const LUSummary &, llvm::raw_ostream &)) {
    auto File = std::make_shared<std::string>();
    CLI::App *Dump = App.add_subcommand(Name, Help);
    Dump->add_option("summary", *File, "A summary or a linked program")
        ->type_name("")
        ->required();
    Dump->callback([File, Write, &Exit] { Exit = dump(*File, Write); });
  };
  AddDump("dump-summary", "Print a summary as JSON",
          [](const LUSummary &S, llvm::raw_ostream &OS) {
            writeSummaryJson(S, OS);
          });
  AddDump("dump-reachability",
          "Print which project functions reach which, through libraries",
          [](const LUSummary &S, llvm::raw_ostream &OS) {
            writeReachability(S, OS);
          });
  addEstimatesCommand(App, Exit);
}

} // namespace nostall
