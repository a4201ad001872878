//===- Gate.cpp - what of the findings decides ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Gate.h"

#include "cli/Commands.h"
#include "cli/Messages.h"
#include "engine/check/FindingComparison.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace path = llvm::sys::path;

namespace nostall {

/// CLI11's own check prints the range of a double.
static std::string isCount(const std::string &Text) {
  uint64_t Number;
  return llvm::StringRef(Text).getAsInteger(10, Number)
             ? fmt::format("'{}' is not a number of findings", Text)
             : "";
}

void addGateOptions(CLI::App &App, GateOptions &Options) {
  CLI::Option *Baseline =
      App.add_option("--baseline", Options.Baseline,
                     "Do not report the findings in this file")
          ->type_name("FILE");
  App.add_option("--write-baseline", Options.WriteBaseline,
                 "Accept all that is found: write it to this file")
      ->type_name("FILE");
  App.add_flag("--fail-on-stale", Options.FailOnStale,
               "Exit code 1 too when the baseline has what is no longer found")
      ->needs(Baseline);
  App.add_flag("--prune", Options.Prune,
               "Take out of the baseline what is no longer found")
      ->needs(Baseline);
  App.add_option("--diff-base", Options.DiffBase,
                 "Report what has changed since this git revision")
      ->type_name("REV");
  App.add_option("--base-index", Options.BaseIndex,
                 "The base as its own --write-index wrote it, instead of "
                 "analysing it now")
      ->type_name("FILE");
  App.add_option("--fail-on", Options.FailOn,
                 "What makes the exit code 1: any, none, or what all must "
                 "hold of a tier (rarely, likely, always), a confidence "
                 "(low, medium, high) and confirmed: always,high")
      ->type_name("LEVELS");
  App.add_option("--max-findings", Options.MaxFindings,
                 "As many make no exit code 1 yet")
      ->check(isCount, "")
      ->type_name("N");
}

static bool failed(llvm::Error E) {
  printError(llvm::toString(std::move(E)));
  return false;
}

//===----------------------------------------------------------------------===//
// Before the analysis
//===----------------------------------------------------------------------===//

bool Gate::parseFailOn() {
  llvm::SmallVector<llvm::StringRef> Words;
  llvm::StringRef(Options.FailOn).split(Words, ',');
  for (llvm::StringRef Word : Words) {
    if (Word == "any")
      continue;
    if (Word == "none") {
      Least.Nothing = true;
      continue;
    }
    if (Word == "confirmed") {
      Least.Confirmed = true;
      continue;
    }
    if (std::optional<Tier> T = tierFromName(Word)) {
      Least.LeastTier = std::max(Least.LeastTier, *T);
      continue;
    }
    bool Known = false;
    for (FindingConfidence C :
         {FindingConfidence::Low, FindingConfidence::Medium,
          FindingConfidence::High})
      if (Word == llvm::StringRef(name(C))) {
        Least.LeastConfidence = std::max(Least.LeastConfidence, C);
        Known = true;
      }
    if (!Known) {
      printError(fmt::format("--fail-on {}: not one of any, none, rarely, "
                             "likely, always, low, medium, high, confirmed",
                             Word.str()));
      return false;
    }
  }
  return true;
}

bool Gate::prepare() {
  if (!parseFailOn())
    return false;
  if (!Options.Baseline.empty()) {
    llvm::Expected<std::vector<AcceptedFinding>> Read =
        readBaseline(Options.Baseline);
    if (!Read)
      return failed(Read.takeError());
    Accepted = std::move(*Read);
  }
  if (Options.DiffBase.empty())
    return true;
  if (Context.FromIndex && Options.BaseIndex.empty()) {
    printError("--diff-base with --from-index: the base can only be analysed "
               "with compile commands; give --base-index as well");
    return false;
  }
  llvm::Expected<Git> Opened =
      Git::open(repositoryRoot(Context.Head.Roots.front()));
  if (!Opened)
    return failed(Opened.takeError());
  Repository = std::move(*Opened);
  llvm::Expected<std::string> Id = Repository->commit(Options.DiffBase);
  if (!Id)
    return failed(Id.takeError());
  Commit = std::move(*Id);
  llvm::Expected<GitChanges> Since = GitChanges::since(*Repository, Commit);
  if (!Since)
    return failed(Since.takeError());
  Changes = std::move(*Since);
  return true;
}

//===----------------------------------------------------------------------===//
// The base
//===----------------------------------------------------------------------===//

/// The commit's files as the head's commands would compile them.
bool Gate::extractBase(LUSummary &Base) {
  llvm::Expected<std::unique_ptr<BaseTree>> Tree =
      BaseTree::create(*Repository, Commit);
  if (!Tree)
    return failed(Tree.takeError());
  for (const std::string &Path : (*Tree)->missing())
    messages() << "nostall: base: submodule " << Path
                 << ": its commit is not here; left out\n";
  std::vector<std::string> Guessed, Problems;
  std::vector<clang::tooling::CompileCommand> Commands =
      baseCommands(Context.Head.Commands, *Repository, **Tree, Changes,
                   Context.IsPart ? nullptr : &Guessed);
  std::vector<std::string> Roots = Context.Head.Roots;
  Roots.front() = (*Tree)->mapped(Roots.front());
  Base = Context.Extract(Commands, Roots, Problems);
  for (const std::string &Path : Guessed)
    if (!Context.Quiet)
      messages()
          << "nostall: base: " << Path
          << ": no compile command any more; took that of a neighbour\n";
  for (const std::string &Problem : Problems)
    messages() << "nostall: base: " << Problem;
  // Not an error: too much may be called introduced, never too little.
  if (!Problems.empty())
    messages() << "nostall: the analysis of the base is incomplete: what is "
                    "called introduced may be older\n";
  return true;
}

bool Gate::loadBase(LUSummary &Base) {
  if (Options.BaseIndex.empty())
    return extractBase(Base);
  llvm::Expected<LUSummary> Read = readSummaryFile(Options.BaseIndex);
  if (!Read)
    return failed(Read.takeError());
  Base = std::move(*Read);
  return true;
}

/// As LineMap.
Place Gate::unchangedPlace(const Place &Head) const {
  Place Out;
  if (!Repository)
    return Out;
  llvm::SmallString<256> Path(Head.File);
  if (!path::is_absolute(Path)) {
    Path = Context.Cwd;
    path::append(Path, Head.File);
  }
  llvm::StringRef Rest = Path;
  if (!Rest.consume_front(Repository->top()) || !Rest.consume_front("/"))
    return Out;
  std::string Old;
  Out.Line = Changes.oldLine(Rest, Head.Line, Old);
  Out.File =
      displayPath((Repository->top() + "/" + Old).str(), "", Context.Cwd);
  return Out;
}

//===----------------------------------------------------------------------===//
// The judgement
//===----------------------------------------------------------------------===//

bool Gate::counts(const Finding &F) const {
  return !Least.Nothing && F.How >= Least.LeastTier &&
         F.Sure >= Least.LeastConfidence &&
         (!Least.Confirmed ||
          (F.InRun && F.InRun->State == MeasuredState::Confirmed));
}

/// Of a part of the program, or with other checks, nothing can be said of the
/// rest.
void Gate::applyBaseline(GateReport &Report, bool Whole) const {
  if (Options.Baseline.empty())
    return;
  Report.HasBaseline = true;
  nostall::applyBaseline(Report, Accepted, [&](const AcceptedFinding &A) {
    return Whole && Context.IsEnabled(A.Check);
  });
}

std::optional<GateReport> Gate::judge(const LUSummary &Program,
                                      const AnalysisResult &Result,
                                      bool Whole) {
  // A gate that nothing can fail would be taken for one that all passes.
  if (Least.Confirmed && llvm::any_of(Result.Findings, [](const Finding &F) {
        return !F.InRun;
      })) {
    printError("--fail-on confirmed: nothing was measured; give --measured");
    return std::nullopt;
  }
  GateReport Report;
  if (Options.hasBase()) {
    LUSummary Base;
    if (!loadBase(Base))
      return std::nullopt;
    Report.HasBase = true;
    Report.Base =
        Options.DiffBase.empty() ? Options.BaseIndex : Options.DiffBase;
    AnalysisResult Before = Context.Analyze(Base);
    Report.Findings = compareFindings(
        Before.Findings, Result.Findings, FunctionRenames(Base, Program),
        [this](const Place &Head) { return unchangedPlace(Head); });
  } else {
    for (const Finding &F : Result.Findings) {
      ComparedFinding C;
      C.F = F;
      C.TierBefore = F.How;
      Report.Findings.push_back(std::move(C));
    }
  }
  applyBaseline(Report, Whole);
  for (ComparedFinding &C : Report.Findings)
    C.Counts = isReported(C) && counts(C.F);
  return Report;
}

static std::string counted(size_t N, const char *What) {
  return fmt::format("{} {}{}", N, What, N == 1 ? "" : "s");
}

bool Gate::writeBaselines(const AnalysisResult &Result,
                          const GateReport &Report, bool Whole) const {
  if (!Options.WriteBaseline.empty()) {
    std::vector<AcceptedFinding> All;
    for (const Finding &F : Result.Findings)
      All.push_back(acceptedFrom(F));
    size_t Number = All.size();
    if (llvm::Error E = writeBaseline(std::move(All), Options.WriteBaseline))
      return failed(std::move(E));
    if (!Context.Quiet)
      messages() << counted(Number, "finding")
                   << " accepted: written to " << Options.WriteBaseline << '\n';
  }
  if (!Options.Prune || (Report.Stale.empty() && !Report.CallsGone))
    return true;
  if (!Whole) {
    printError("--prune: only part of the program was analysed");
    return false;
  }
  if (llvm::Error E = writeBaseline(Report.StillFound, Options.Baseline))
    return failed(std::move(E));
  return true;
}

void Gate::explain(const GateReport &Report) const {
  if (Context.Quiet)
    return;
  if (Report.HasBaseline)
    messages() << counted(Report.Accepted, "finding") << " accepted by "
                 << Options.Baseline << '\n';
  for (const AcceptedFinding &A : Report.Stale)
    messages() << fmt::format("{}: {}: '{}' in '{}' [{}] ({})\n",
                                Options.Baseline,
                                Options.Prune ? "removed" : "no longer found",
                                A.Sink, A.Function, A.Check, A.Fingerprint);
  if (!Report.Stale.empty() && !Options.Prune)
    messages() << "--prune takes them out\n";
  if (Report.CallsGone && Options.Prune)
    messages() << fmt::format("{}: removed: {} of findings that are still "
                              "there\n",
                              Options.Baseline,
                              counted(Report.CallsGone, "call"));
  if (!Report.HasBase)
    return;
  size_t Reported = llvm::count_if(Report.Findings, isReported);
  auto In = [&](FindingState S) {
    return llvm::count_if(Report.Findings, [S](const ComparedFinding &C) {
      return C.State == S;
    });
  };
  messages() << fmt::format(
      "{} introduced, {} fixed, {} unchanged since {}\n",
      counted(Reported, "finding"), In(FindingState::Absent),
      In(FindingState::Unchanged), Report.Base);
}

bool Gate::passes(const GateReport &Report) const {
  // Whoever writes a baseline accepts what is in it.
  if (!Options.WriteBaseline.empty())
    return true;
  if (Options.FailOnStale && !Options.Prune && !Report.Stale.empty())
    return false;
  size_t Counting = llvm::count_if(
      Report.Findings, [](const ComparedFinding &C) { return C.Counts; });
  return Counting <= Options.MaxFindings;
}

} // namespace nostall
