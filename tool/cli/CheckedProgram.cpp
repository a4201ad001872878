//===- CheckedProgram.cpp - the program that is checked ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/CheckedProgram.h"

#include "calibrate/CostsFile.h"
#include "cli/Commands.h"
#include "cli/Messages.h"
#include "cli/Progress.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/index/EntityLinker.h"
#include "engine/run/DefaultJobs.h"
#include "engine/run/ExtractionPool.h"
#include "engine/summary/SummaryIO.h"

#include <fmt/format.h>

namespace nostall {

std::string CheckedProgram::problemText(const UnitProblem &Problem) const {
  return displayPath(Problem.File, Project.Roots.front(), Cwd) +
         (Problem.Failed ? ": could not be analysed:\n"
                         : ": analysed in part:\n") +
         Problem.Text;
}

void CheckedProgram::reportProblems(llvm::ArrayRef<UnitProblem> Problems) {
  for (const UnitProblem &Problem : Problems) {
    Incomplete = true;
    FailedUnits += Problem.Failed;
    messages() << "nostall: " << problemText(Problem);
  }
}

/// Whether what a run writes depends on nothing but what the cache sees.
bool CheckedProgram::isRecordable(const ReportFiles &Reports) const {
  return Project.Unknown.empty() && !Project.HasResponseFiles &&
         Args.FromIndex.empty() && Args.UpdateIndex.empty() &&
         Args.Traces.empty() && !Args.Gate.hasBase() &&
         Args.Gate.WriteBaseline.empty() && !Args.Gate.Prune &&
         !Reports.has("html");
}

void CheckedProgram::openCache(const ReportFiles &Reports) {
  if (!Args.FromIndex.empty())
    return;
  Cache.open(Project.Roots.front());
  if (!Cache.isOpen() || !isRecordable(Reports)) {
    Cache.doNotRecord();
    return;
  }
  for (const std::string &Path : Project.Looked)
    Cache.need(Path);
  for (const std::string &Path : Project.Listed)
    Cache.needPlace(Path);
  for (const std::string &Path : Args.Knowledge.Files)
    Cache.need(Path);
  if (Args.Costs != "none")
    Cache.need(Args.Costs.empty() ? usualCostsFile() : Args.Costs);
  Cache.need(Args.Gate.Baseline);
}

static unsigned jobsFor(const CheckArguments &Args) {
  if (Args.Jobs)
    return Args.Jobs;
  return defaultJobs(Args.Memory ? std::optional(Args.Memory << 20)
                                 : availableMemory());
}

/// A base stands in a temporary folder, which no later run sees again: it is
/// not kept.
ExtractionResult
CheckedProgram::extract(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
                        llvm::ArrayRef<std::string> Roots, bool IsBase) {
  ScopeOptions Scope;
  Scope.Roots.assign(Roots.begin(), Roots.end());
  Scope.Deep = Args.Deep;
  Scope.VendoredDirectories.insert(Scope.VendoredDirectories.end(),
                                   Args.Vendored.begin(), Args.Vendored.end());
  Scope.SkipBodies = bodiesToSkip(Knowledge);
  Progress Bar(Commands.size(), !Args.Quiet);
  ExtractionOptions Options;
  Options.Jobs = jobsFor(Args);
  if (Args.Verbose && !IsBase)
    llvm::errs() << fmt::format("nostall: up to {} files at a time\n",
                                Options.Jobs);
  Options.Done = [&](llvm::StringRef File) { Bar.done(File); };
  if (!IsBase) {
    Options.Cache = Cache.units(Scope);
    Options.IsKnown = [this](const cache::ContentKey &Key) {
      return Cache.isKnown(Key);
    };
  }
  ExtractionResult Result = extractAll(Commands, Scope, Options);
  Bar.finish();
  return Result;
}

static LUSummary link(ExtractionResult &Extracted) {
  EntityLinker Linker;
  Linker.expect(Extracted.Summaries.size());
  for (TUSummary &Unit : Extracted.Summaries) {
    Linker.add(Unit);
    Unit = TUSummary();
  }
  return Linker.finish();
}

bool CheckedProgram::load(LUSummary &Program) {
  if (Args.FromIndex.empty()) {
    Extracted = extract(Project.Commands, Project.Roots, /*IsBase=*/false);
    if (Extracted.Known)
      return true;
    Program = link(Extracted);
    reportProblems(Extracted.Problems);
    return true;
  }
  llvm::Expected<LUSummary> Read = readSummaryFile(Args.FromIndex);
  if (!Read) {
    printError(llvm::toString(Read.takeError()));
    return false;
  }
  Program = std::move(*Read);
  reportPartialUnits(Program);
  return true;
}

/// What was said when they were summarised, nobody may have seen.
void CheckedProgram::reportPartialUnits(const LUSummary &Program) {
  for (const UnitInfo &Unit : Program.Units)
    if (Unit.NumErrors) {
      Incomplete = true;
      messages() << "nostall: "
                 << displayPath(Unit.MainFile, Project.Roots.front(), Cwd)
                 << ": analysed in part: it had errors when it was summarised\n";
    }
}

/// What was asked for; else, when all of a project was analysed that `nostall
/// init` has set up, the index that the editor looks for.
std::string CheckedProgram::indexToWrite() const {
  if (!Args.IndexFile.empty())
    return Args.IndexFile;
  if (!Args.FromIndex.empty() || !Args.Project.Paths.empty() ||
      Args.Project.FixedCommand)
    return "";
  std::optional<std::string> Folder = projectStateFolder(Project.Roots.front());
  return Folder ? *Folder + "/" + StateIndex.str() : "";
}

void CheckedProgram::writeIndex(const LUSummary &Program,
                                const std::string &Path) {
  if (llvm::Error E = writeSummaryFile(Program, Path)) {
    printError(llvm::toString(std::move(E)));
    Incomplete = true;
    Cache.doNotRecord();
  }
}

bool CheckedProgram::update() {
  LUSummary Program;
  if (Args.Project.Paths.empty()) {
    Extracted = extract(Project.Commands, Project.Roots, /*IsBase=*/false);
    Program = link(Extracted);
    reportProblems(Extracted.Problems);
  } else {
    llvm::Expected<LUSummary> Known = readSummaryFile(Args.UpdateIndex);
    if (!Known) {
      printError(llvm::toString(Known.takeError()));
      return false;
    }
    Program = std::move(*Known);
    Extracted = extract(Project.Commands, Project.Roots, /*IsBase=*/false);
    reportProblems(Extracted.Problems);
    for (const TUSummary &Unit : Extracted.Summaries) {
      EntityLinker Linker;
      Linker.addWithout(Program, Unit);
      Linker.add(Unit);
      Program = Linker.finish();
    }
  }
  writeIndex(Program, Args.UpdateIndex);
  finish("");
  return true;
}

LUSummary CheckedProgram::makeBase(
    llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
    llvm::ArrayRef<std::string> Roots, std::vector<std::string> &Problems) {
  ExtractionResult Base = extract(Commands, Roots, /*IsBase=*/true);
  for (const UnitProblem &Problem : Base.Problems)
    Problems.push_back(problemText(Problem));
  return link(Base);
}

void CheckedProgram::writeIndex(const LUSummary &Program) {
  if (std::string Path = indexToWrite(); !Path.empty())
    writeIndex(Program, Path);
}

void CheckedProgram::finish(const std::string &Index) {
  Cache.finish(Extracted, Project.Commands.size(), Index, Args.Verbose);
}

} // namespace nostall
