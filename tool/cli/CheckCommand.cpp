//===- CheckCommand.cpp - nostall check -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/ApplyFixes.h"
#include "cli/CheckDocs.h"
#include "cli/CheckSettings.h"
#include "cli/CheckedProgram.h"
#include "cli/Measure.h"
#include "cli/Messages.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/knowledge/InstalledKnowledge.h"
#include "rules/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <fmt/format.h>

namespace nostall {
namespace {

class CheckRun {
public:
  explicit CheckRun(const CheckArguments &Args) : Args(Args) {}
  int run();

private:
  bool prepare();
  bool findWhatToCheck();
  void addInstalled(const LUSummary &Program);
  bool isIncomplete() const { return Incomplete || Checked.isIncomplete(); }
  AnalysisResult analyzeProgram(const LUSummary &Program) const;
  GateContext gateContext();
  bool write(const AnalysisResult &Result, const GateReport &Report);
  void conclude(const AnalysisResult &Result, const GateReport &Report);
  int judge(const LUSummary &Program, Gate &Judge);

  const CheckArguments &Args;
  ReportFiles Reports;
  nostall::Project Project;
  KnowledgeBase Knowledge;
  std::vector<std::string> InstalledKnowledge;
  AnalyzerOptions Analysis;
  std::string Cwd;
  CheckedProgram Checked{Args, Project, Knowledge, Cwd};
  FixOutcome Fixes;
  bool Incomplete = false; ///< For reasons that Checked does not know.
};

/// The project, or with an index its root.
bool CheckRun::findWhatToCheck() {
  if (!Args.FromIndex.empty()) {
    Project.Roots = {Args.Project.Root.empty() ? Cwd
                                               : realPath(Args.Project.Root)};
    Project.KnowledgeFile = projectKnowledgeFile(Project.Roots.front());
    return true;
  }
  llvm::Expected<nostall::Project> Found = findProject(Args.Project);
  if (!Found) {
    printError(llvm::toString(Found.takeError()));
    return false;
  }
  Project = std::move(*Found);
  for (const std::string &Path : Project.Unknown) {
    printError(Path + ": " + whyUnknown(Path));
    Incomplete = true;
  }
  return true;
}

bool CheckRun::prepare() {
  if (!Reports.choose(Args.Reports) || !areFilesThere(Args, Reports) ||
      !readMachineCosts(Args, Analysis.Machine))
    return false;
  llvm::SmallString<256> Here;
  if (std::error_code EC = llvm::sys::fs::current_path(Here)) {
    printError("working directory: " + EC.message());
    return false;
  }
  Cwd = realPath(Here);
  if (!findWhatToCheck())
    return false;
  Checked.openCache(Reports);
  if (Project.Commands.empty() && Args.FromIndex.empty()) {
    if (Project.Unknown.empty())
      printError("nothing to analyse: no C or C++ file is compiled here");
    return false;
  }
  Knowledge = KnowledgeBase::builtin();
  if (!addKnowledge(Knowledge, Args.Knowledge, Project.KnowledgeFile)) {
    Incomplete = true;
    Checked.doNotRecord();
  }
  Analysis.DisplayPath = [this](llvm::StringRef File) {
    return displayPath(File, Project.Roots.front(), Cwd);
  };
  return makeAnalyzerOptions(Args, Reports, Analysis);
}

void CheckRun::addInstalled(const LUSummary &Program) {
  if (Args.Knowledge.WithoutInstalled)
    return;
  std::vector<std::string> Folders =
      installedKnowledgeFolders({&Program}, Project.Roots.front());
  // Before they are read: what changes meanwhile is noticed by the next run.
  written().Knowledge = cache::KnowledgePlaces::look(Folders);
  if (!addInstalledKnowledge(Knowledge, Folders, InstalledKnowledge)) {
    Incomplete = true;
    Checked.doNotRecord();
  }
}

AnalysisResult CheckRun::analyzeProgram(const LUSummary &Program) const {
  return analyze(Program, Knowledge, createChecks(), Analysis);
}

GateContext CheckRun::gateContext() {
  GateContext Context{Project, Cwd, {}, {}, {}, {}, {}, {}};
  Context.FromIndex = !Args.FromIndex.empty();
  Context.IsPart = !Args.Project.Paths.empty();
  Context.Quiet = Args.Quiet;
  Context.Extract =
      [this](llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
             llvm::ArrayRef<std::string> Roots,
             std::vector<std::string> &Problems) {
        return Checked.makeBase(Commands, Roots, Problems);
      };
  Context.Analyze = [this](const LUSummary &Program) {
    return analyzeProgram(Program);
  };
  Context.IsEnabled = [this](llvm::StringRef Name) {
    return llvm::any_of(createChecks(), [&](const auto &C) {
      return C->descriptor().Name == Name &&
             isEnabled(C->descriptor(), Analysis.Checks);
    });
  };
  return Context;
}

bool CheckRun::write(const AnalysisResult &Result, const GateReport &Report) {
  std::vector<RuleText> Rules;
  for (const std::unique_ptr<Check> &C : createChecks())
    Rules.push_back({C->descriptor().Name.str(), C->descriptor().Summary.str(),
                     checkDocumentation(C->descriptor().Name).str()});
  // The platforms' root is the repository's; the project's may be below it.
  std::string Top = repositoryRoot(Project.Roots.front());
  if (Top.empty())
    Top = Project.Roots.front();
  return Reports.write(
      {Report, Result.Stats, Result.Scope, Rules, !isIncomplete(),
       [&](llvm::StringRef File) { return displayPath(File, Cwd, Top); }});
}

/// What is said at the end, to the standard error.
void CheckRun::conclude(const AnalysisResult &Result,
                        const GateReport &Report) {
  if (Args.Stats) {
    renderStats(Result.Stats, messages());
    for (const std::string &File : InstalledKnowledge)
      messages() << "knowledge installed with a library: "
                 << displayPath(File, Project.Roots.front(), Cwd) << '\n';
  }
  // What else went wrong was said by itself.
  if (Result.Stats.FailedUnits || Result.Stats.PartialUnits)
    messages() << fmt::format(
        "nostall: the analysis is incomplete: {} of {} files could not be "
        "analysed, {} only in part\n",
        Result.Stats.FailedUnits, Result.Stats.Units,
        Result.Stats.PartialUnits);
  auto Counted = [](uint64_t N, const char *What) {
    return fmt::format("{} {}{}", N, What, N == 1 ? "" : "s");
  };
  if (Args.Quiet)
    return;
  size_t Reported = llvm::count_if(Report.Findings, isReported);
  messages() << Counted(Reported, "finding") << " in "
             << Counted(Result.Stats.Units, "file");
  // Text shows neither tier nor confidence, by which --fail-on chooses.
  if (Reported && Args.Gate.FailOn != "any") {
    size_t Counting = llvm::count_if(
        Report.Findings, [](const ComparedFinding &C) { return C.Counts; });
    messages() << (Counting ? fmt::format(", {} {}", Counting,
                                          Counting == 1 ? "counts" : "count")
                            : ", none counts")
               << " (--fail-on " << Args.Gate.FailOn << ')';
  }
  size_t Mendable =
      llvm::count_if(Report.Findings, [](const ComparedFinding &C) {
        return isReported(C) && C.F.Mend;
      });
  if (Args.Fix)
    messages() << fmt::format(", {} fixed", Fixes.Fixed.size());
  else if (Mendable)
    messages() << fmt::format(", {} with a fix (--fix)", Mendable);
  messages() << '\n';
}

/// From the linked program to the exit code.
int CheckRun::judge(const LUSummary &Program, Gate &Judge) {
  Checked.writeIndex(Program);
  addInstalled(Program);
  // Files that are given with their flags have no others about them.
  Analysis.IsWhole = !isIncomplete() &&
                     (Args.Project.Paths.empty() || Args.Project.FixedCommand);
  AnalysisResult Result = analyzeProgram(Program);
  Result.Stats.FailedUnits = Checked.failedUnits();
  Result.Stats.Units += Checked.failedUnits();
  for (const std::string &Error : Result.Errors) {
    printError(Error);
    Incomplete = true;
    Checked.doNotRecord();
  }
  bool Whole = !isIncomplete() && Args.Project.Paths.empty();
  if (!Args.Traces.empty() && !compareWithTraces(Args.Traces, {}, Result))
    Incomplete = true;
  std::optional<GateReport> Report = Judge.judge(Program, Result, Whole);
  if (!Report) {
    Checked.doNotRecord();
    return EX_Incomplete;
  }
  if (!Judge.writeBaselines(Result, *Report, Whole))
    Incomplete = true;
  if (!write(Result, *Report)) {
    Incomplete = true;
    Checked.doNotRecord();
  }
  if (Args.Fix) { // After the reports, which quote the sources.
    Fixes = applyFixes(*Report, Project.Roots.front(), Args.Quiet);
    Incomplete |= Fixes.Failed;
  }
  conclude(Result, *Report);
  Judge.explain(*Report);
  if (isIncomplete())
    return EX_Incomplete;
  return Judge.passes(*Report) ? EX_Clean : EX_Findings;
}

int CheckRun::run() {
  if (!prepare())
    return EX_Incomplete;
  if (!Args.UpdateIndex.empty())
    return Checked.update() && !isIncomplete() ? EX_Clean : EX_Incomplete;
  GateContext Context = gateContext();
  Gate Judge(Args.Gate, Context);
  if (!Judge.prepare())
    return EX_Incomplete;
  if (Args.Fix) // What was found then is not what is there now.
    Checked.doNotRecord();
  LUSummary Program;
  if (!Checked.load(Program))
    return EX_Incomplete;
  int Exit =
      Checked.isResultKnown() ? Checked.printKnown() : judge(Program, Judge);
  written().ExitCode = Exit;
  Checked.finish();
  return Exit;
}

} // namespace

void addCheckCommand(CLI::App &App, const CompilerArguments &Compiler,
                     int &Exit) {
  auto Args = std::make_shared<CheckArguments>();
  CLI::App *Sub = App.add_subcommand(
      "check", "Analyse a project and report what may stall its event loops");
  addCheckOptions(*Sub, *Args);
  Sub->callback([Args, &Compiler, &Exit] {
    Args->Project.FixedCommand = Compiler;
    Exit = CheckRun(*Args).run();
  });
}

} // namespace nostall
