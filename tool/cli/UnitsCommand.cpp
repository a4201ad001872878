//===- UnitsCommand.cpp - nostall units -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compilation database, taken apart for build systems: either one file for
// each compile command, which changes when that command does and not whenever
// the database is written (NostallEnable.cmake), or rules for Ninja with all
// commands in them.
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/Project.h"
#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace nostall {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompileCommand;

struct UnitsArguments {
  ProjectOptions Project;
  std::string List;
  std::string Ninja;
  std::vector<std::string> CheckOptions;
};

/// Only when the bytes are others, so that nothing is made anew without need.
bool updateFile(const std::string &Path, llvm::StringRef Bytes) {
  auto Before = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (Before && (*Before)->getBuffer() == Bytes)
    return true;
  std::error_code EC;
  if (llvm::StringRef Folder = path::parent_path(Path); !Folder.empty())
    EC = fs::create_directories(Folder);
  if (!EC)
    EC = llvm::errorToErrorCode(
        llvm::writeToOutput(Path, [&](llvm::raw_ostream &OS) {
          OS << Bytes;
          return llvm::Error::success();
        }));
  if (EC)
    printError(Path + ": " + EC.message());
  return !EC;
}

//===----------------------------------------------------------------------===//
// One file for each
//===----------------------------------------------------------------------===//

/// As a database with one entry.
std::string commandText(const CompileCommand &Command) {
  llvm::json::Value Database = llvm::json::Array{llvm::json::Object{
      {"directory", Command.Directory},
      {"file", Command.Filename},
      {"arguments", llvm::json::Array(Command.CommandLine)}}};
  return llvm::formatv("{0:2}\n", Database).str();
}

/// Lines of `SOURCE<tab>FILE`.
std::optional<std::vector<std::pair<std::string, std::string>>>
readList(const std::string &List) {
  auto Buffer = llvm::MemoryBuffer::getFile(List);
  if (!Buffer) {
    printError(fmt::format("{}: {}", List, Buffer.getError().message()));
    return std::nullopt;
  }
  llvm::SmallVector<llvm::StringRef, 0> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  std::vector<std::pair<std::string, std::string>> Entries;
  for (size_t N = 0; N != Lines.size(); ++N) {
    if (Lines[N].empty())
      continue;
    auto [Source, File] = Lines[N].split('\t');
    if (File.empty()) {
      printError(fmt::format("{}:{}: expected SOURCE, a tab and FILE", List,
                             N + 1));
      return std::nullopt;
    }
    Entries.emplace_back(Source.str(), File.str());
  }
  return Entries;
}

int writeCommands(const UnitsArguments &Args) {
  auto Entries = readList(Args.List);
  if (!Entries)
    return EX_Incomplete;
  ProjectOptions Options = Args.Project;
  for (const auto &[Source, File] : *Entries)
    Options.Paths.push_back(Source);
  llvm::Expected<Project> Found = findProject(Options);
  if (!Found) {
    printError(llvm::toString(Found.takeError()));
    return EX_Incomplete;
  }
  llvm::StringMap<const CompileCommand *> Commands;
  for (const CompileCommand &Command : Found->Commands)
    Commands[Command.Filename] = &Command;
  bool Good = true;
  for (const auto &[Source, File] : *Entries) {
    const CompileCommand *Command = Commands.lookup(realPath(Source));
    if (!Command)
      printError(Source + ": " + whyUnknown(Source));
    Good &= Command && updateFile(File, commandText(*Command));
  }
  return Good ? EX_Clean : EX_Incomplete;
}

//===----------------------------------------------------------------------===//
// Rules for Ninja
//===----------------------------------------------------------------------===//

std::string forShell(llvm::StringRef Word) {
  auto IsPlain = [](char C) {
    return llvm::isAlnum(C) || llvm::StringRef("_-+=./,:@%^").contains(C);
  };
  if (!Word.empty() && llvm::all_of(Word, IsPlain))
    return Word.str();
  std::string Quoted = "'";
  for (char C : Word)
    Quoted += C == '\'' ? std::string("'\\''") : std::string(1, C);
  return Quoted + "'";
}

/// In a value; \p InPath: among a build line's paths.
std::string forNinja(llvm::StringRef Text, bool InPath) {
  std::string Escaped;
  for (char C : Text) {
    if (C == '$' || (InPath && (C == ' ' || C == ':')))
      Escaped += '$';
    Escaped += C;
  }
  return Escaped;
}

class NinjaRules {
public:
  NinjaRules(const UnitsArguments &Args, const Project &Found)
      : Args(Args), Found(Found), File(realPath(Args.Ninja)),
        Folder(path::parent_path(File)) {}
  std::string text();

private:
  std::string summaryOf(llvm::StringRef Source) const;
  void addUnit(const CompileCommand &Command);
  std::string regeneration() const;

  const UnitsArguments &Args;
  const Project &Found;
  const std::string File, Folder;
  const std::string Tool = fs::getMainExecutable(nullptr, nullptr);
  std::string Units, Summaries;
};

/// Named after the source: what is added besides changes no other's name.
std::string NinjaRules::summaryOf(llvm::StringRef Source) const {
  llvm::StringRef Name = Source;
  if (Name.consume_front(Found.Roots.front()))
    return fmt::format("{}/nostall-units{}.nss", Folder, Name.str());
  return fmt::format("{}/nostall-units/_{}.nss", Folder, Name.str());
}

void NinjaRules::addUnit(const CompileCommand &Command) {
  std::string Output = summaryOf(Command.Filename);
  std::string Line;
  for (const std::string &Word : Command.CommandLine)
    Line += (Line.empty() ? "" : " ") + forShell(Word);
  Units += fmt::format("build {}: summarize {}\n  command-line = {}\n"
                       "  folder = {}\n",
                       forNinja(Output, true),
                       forNinja(Command.Filename, true), forNinja(Line, false),
                       forNinja(forShell(Command.Directory), false));
  Summaries += " " + forNinja(Output, true);
}

/// The command that writes these rules.
std::string NinjaRules::regeneration() const {
  std::string Line = forShell(Tool) + " units -p " +
                     forShell(realPath(Args.Project.BuildPath)) + " --ninja " +
                     forShell(File) + " --root " +
                     forShell(Found.Roots.front());
  for (const std::string &Path : Args.Project.Paths)
    Line += " " + forShell(realPath(Path));
  for (const std::string &Option : Args.CheckOptions)
    Line += " --check-option=" + forShell(Option);
  return Line;
}

std::string NinjaRules::text() {
  for (const CompileCommand &Command : Found.Commands)
    addUnit(Command);
  std::string Roots, Options;
  for (const std::string &Root : Found.Roots)
    Roots += " --root " + forShell(Root);
  for (const std::string &Option : Args.CheckOptions)
    Options += " " + forShell(Option);
  std::string Database = forNinja(
      realPath(Args.Project.BuildPath) + "/compile_commands.json", true);
  auto Shell = [](llvm::StringRef Text) {
    return forNinja(forShell(Text), false);
  };
  return fmt::format(
      "# Written by nostall units; made anew when the database changes.\n"
      "ninja_required_version = 1.3\n"
      "rule regenerate\n"
      "  command = {regenerate}\n"
      "  description = Reading the compile commands\n"
      "  generator = 1\n"
      "  restat = 1\n"
      "rule summarize\n"
      "  command = cd $folder && {tool} summarize -o $out --depfile $out.d "
      "--if-changed --partial{roots} -- $command-line\n"
      "  description = Summarizing $in\n"
      "  depfile = $out.d\n"
      "  deps = gcc\n"
      "  restat = 1\n"
      "rule link\n"
      "  command = {tool} link -o $out @$out.list\n"
      "  description = Linking summaries\n"
      "  rspfile = $out.list\n"
      "  rspfile_content = $in_newline\n"
      "rule check\n"
      "  command = {tool} check --from-index $in --root {root}{options}\n"
      "  description = Looking for what stalls event loops\n"
      "  pool = console\n"
      "build {file}: regenerate {database}\n"
      "{units}"
      "build {linked}: link{summaries}\n"
      "build nostall: check {linked}\n"
      "default nostall\n",
      fmt::arg("regenerate", forNinja(regeneration(), false)),
      fmt::arg("tool", Shell(Tool)), fmt::arg("roots", forNinja(Roots, false)),
      fmt::arg("root", Shell(Found.Roots.front())),
      fmt::arg("options", forNinja(Options, false)),
      fmt::arg("file", forNinja(File, true)), fmt::arg("database", Database),
      fmt::arg("units", Units),
      fmt::arg("linked", forNinja(Folder + "/nostall-units/linked", true)),
      fmt::arg("summaries", Summaries));
}

int writeNinja(const UnitsArguments &Args) {
  llvm::Expected<Project> Found = findProject(Args.Project);
  if (!Found) {
    printError(llvm::toString(Found.takeError()));
    return EX_Incomplete;
  }
  for (const std::string &Path : Found->Unknown)
    printError(Path + ": " + whyUnknown(Path));
  if (Found->Commands.empty()) {
    printError("nothing to summarise: no C or C++ file is compiled here");
    return EX_Incomplete;
  }
  bool Good = updateFile(Args.Ninja, NinjaRules(Args, *Found).text());
  return Good && Found->Unknown.empty() ? EX_Clean : EX_Incomplete;
}

int units(const UnitsArguments &Args) {
  if (Args.List.empty() == Args.Ninja.empty()) {
    printError("units: either --list or --ninja");
    return EX_Incomplete;
  }
  return Args.List.empty() ? writeNinja(Args) : writeCommands(Args);
}

} // namespace

void addUnitsCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<UnitsArguments>();
  CLI::App *Sub = App.add_subcommand(
      "units", "Take a compilation database apart for build systems");
  Sub->add_option("-p,--build", Args->Project.BuildPath,
                  "Folder with compile_commands.json")
      ->type_name("FOLDER")
      ->required();
  Sub->add_option("--root", Args->Project.Root,
                  "The project's root (default: the checkout)")
      ->type_name("FOLDER");
  Sub->add_option("--list", Args->List,
                  "Write the commands of sources into files of their own: "
                  "lines of SOURCE, a tab, FILE")
      ->type_name("FILE");
  Sub->add_option("--ninja", Args->Ninja,
                  "Write rules with which Ninja summarises, links and checks")
      ->type_name("FILE");
  Sub->add_option("--check-option", Args->CheckOptions,
                  "With --ninja: an option for check")
      ->type_name("OPTION")
      ->allow_extra_args(false);
  Sub->add_option("paths", Args->Project.Paths,
                  "With --ninja: files and folders (default: all)")
      ->type_name("");
  Sub->callback([Args, &Exit] { Exit = units(*Args); });
}

} // namespace nostall
