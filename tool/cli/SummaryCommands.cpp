//===- SummaryCommands.cpp - link, dump-* -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "engine/index/EntityLinker.h"
#include "engine/index/Reachability.h"
#include "engine/solve/EstimateDump.h"
#include "engine/summary/SummaryIO.h"
#include "engine/summary/SummaryJson.h"
#include "engine/summary/SummaryStream.h"

#include "llvm/Support/MemoryBuffer.h"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace nostall {
namespace {

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
  Linker.expect(Inputs.size());
  SummaryStream Units(std::move(Inputs));
  while (true) {
    llvm::Expected<const LUSummary *> Unit = Units.next();
    if (!Unit) {
      printError(llvm::toString(Unit.takeError()));
      Exit = EX_Incomplete;
      continue;
    }
    if (!*Unit)
      break;
    Linker.add(**Unit);
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

void addSummaryCommands(CLI::App &App, int &Exit) {
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
