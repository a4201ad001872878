//===- CheckCommand.cpp - nostall check -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "calibrate/CostsFile.h"
#include "cli/ApplyFixes.h"
#include "cli/CheckDocs.h"
#include "cli/Gate.h"
#include "cli/KnowledgeOptions.h"
#include "cli/Measure.h"
#include "cli/Messages.h"
#include "cli/Progress.h"
#include "cli/Project.h"
#include "cli/Reports.h"
#include "cli/RunCache.h"
#include "engine/check/Analyzer.h"
#include "engine/check/Suppressions.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/index/EntityLinker.h"
#include "engine/knowledge/InstalledKnowledge.h"
#include "engine/run/ExtractionPool.h"
#include "engine/summary/SummaryIO.h"
#include "rules/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

#include <fmt/format.h>

#include <thread>

namespace nostall {
namespace {

struct CheckArguments {
  ProjectOptions Project;
  KnowledgeOptions Knowledge;
  GateOptions Gate;
  ReportOptions Reports;
  std::vector<std::string> Checks;
  std::vector<std::string> Options;
  std::vector<std::string> TestFiles;
  std::vector<std::string> Vendored;
  std::vector<std::string> Traces;
  std::string LeastConfidence = "medium";
  std::string IndexFile;
  std::string UpdateIndex;
  std::string FromIndex;
  std::string Costs;
  unsigned Jobs = std::max(1u, std::thread::hardware_concurrency());
  bool Deep = false;
  bool Fix = false;
  bool IncludeTests = false;
  bool Quiet = false;
  bool Stats = false;
  bool Verbose = false;
  bool NoCache = false;
  std::string Cache; ///< Read by chooseCache() from the arguments.
};

class CheckRun {
public:
  explicit CheckRun(const CheckArguments &Args) : Args(Args) {}
  int run();

private:
  bool prepare();
  bool makeOptions();
  bool areChecksKnown();
  bool areOptionsGood();
  bool areFilesThere() const;
  bool readMachine();
  bool load(LUSummary &Program);
  void addInstalled(const LUSummary &Program);
  void openCache();
  bool isRecordable() const;
  ExtractionResult
  extract(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
          llvm::ArrayRef<std::string> Roots, bool IsBase);
  static LUSummary link(ExtractionResult &Extracted);
  std::string indexToWrite() const;
  bool writeIndex(const LUSummary &Program, const std::string &Path);
  int updateIndex();
  void reportProblems(llvm::ArrayRef<UnitProblem> Problems);
  std::string problemText(const UnitProblem &Problem) const;
  AnalysisResult analyzeProgram(const LUSummary &Program) const;
  GateContext gateContext();
  bool write(const AnalysisResult &Result, const GateReport &Report);
  void fix(GateReport &Report);
  void conclude(const AnalysisResult &Result, const GateReport &Report);
  int judge(const LUSummary &Program, Gate &Judge);

  const CheckArguments &Args;
  ReportFiles Reports;
  nostall::Project Project;
  KnowledgeBase Knowledge;
  std::vector<std::string> InstalledKnowledge;
  AnalyzerOptions Analysis;
  std::string Cwd;
  RunCache Cache;
  ExtractionResult Extracted;
  FixOutcome Fixes;
  uint64_t FailedUnits = 0;
  bool Incomplete = false;
};

/// A name that no check has is a typing error, not a wish to run nothing.
bool CheckRun::areChecksKnown() {
  CheckList Checks = createChecks();
  for (llvm::StringRef Glob : Args.Checks) {
    Glob.consume_front("-");
    if (llvm::none_of(Checks, [&](const auto &C) {
          return namesCheck(Glob, C->descriptor().Name);
        })) {
      printError(
          fmt::format("--checks {}: no check has such a name", Glob.str()));
      return false;
    }
  }
  for (const auto &[Key, Value] : Analysis.Options) {
    if (llvm::none_of(Checks, [&](const auto &C) {
          return llvm::any_of(
              C->descriptor().Options, [&](const OptionDescriptor &O) {
                return llvm::StringRef(Key) ==
                       (C->descriptor().Name + "." + O.Name).str();
              });
        })) {
      printError(fmt::format("--option {}: no check has such an option",
                             llvm::StringRef(Key).str()));
      return false;
    }
  }
  return true;
}

/// Values are read again with the analysis; here, before it.
bool CheckRun::areOptionsGood() {
  bool Good = true;
  for (const std::unique_ptr<Check> &C : createChecks()) {
    if (!isEnabled(C->descriptor(), Analysis.Checks))
      continue;
    std::string Error = C->configure(Analysis.Options);
    if (Error.empty())
      continue;
    printError(C->descriptor().Name.str() + ": " + Error);
    Good = false;
  }
  return Good;
}

/// What has to be there, or has to have a folder to be written in. An analysis
/// may take minutes; this is found before.
bool CheckRun::areFilesThere() const {
  bool Good = true;
  auto Fail = [&](const std::string &Path, std::error_code EC) {
    printError(Path + ": " + EC.message());
    Good = false;
  };
  // With a build path, a source may be listed that is gone. Where some are
  // there, they are analysed.
  if (Args.Project.BuildPath.empty() &&
      llvm::none_of(Args.Project.Paths, [](const std::string &Path) {
        return llvm::sys::fs::exists(Path);
      }))
    for (const std::string &Path : Args.Project.Paths) {
      printError(Path + ": no such file");
      Good = false;
    }
  for (const std::vector<std::string> *List :
       {&Args.Knowledge.Files, &Args.Traces})
    for (const std::string &Path : *List)
      if (std::error_code EC = llvm::sys::fs::access(
              Path, llvm::sys::fs::AccessMode::Exist))
        Fail(Path, EC);
  std::vector<std::string> Written = Reports.files();
  for (const std::string &Path :
       {Args.IndexFile, Args.UpdateIndex, Args.Gate.WriteBaseline})
    if (!Path.empty())
      Written.push_back(Path);
  for (const std::string &Path : Written) {
    llvm::StringRef Folder = llvm::sys::path::parent_path(Path);
    if (std::error_code EC = llvm::sys::fs::access(
            Folder.empty() ? "." : Folder, llvm::sys::fs::AccessMode::Exist))
      Fail(Path, EC);
  }
  return Good;
}

/// "CHECK.OPTION=VALUE" and the other texts that name something.
bool CheckRun::makeOptions() {
  Analysis.Checks = Args.Checks;
  for (const std::string &Text : Args.Options) {
    auto [Key, Value] = llvm::StringRef(Text).split('=');
    if (!Key.contains('.') || Key.size() == Text.size()) {
      printError(
          fmt::format("--option {}: not of the form CHECK.OPTION=VALUE", Text));
      return false;
    }
    Analysis.Options[Key] = Value.str();
  }
  for (FindingConfidence C : {FindingConfidence::Low, FindingConfidence::Medium,
                              FindingConfidence::High})
    if (Args.LeastConfidence == name(C))
      Analysis.LeastConfidence = C;
  Analysis.IncludeTests = Args.IncludeTests;
  Analysis.WithScope = Reports.has("json") || !Args.Traces.empty();
  Analysis.TestFiles.insert(Analysis.TestFiles.end(), Args.TestFiles.begin(),
                            Args.TestFiles.end());
  Analysis.DisplayPath = [this](llvm::StringRef File) {
    return displayPath(File, Project.Roots.front(), Cwd);
  };
  return areChecksKnown() && areOptionsGood();
}

/// What `nostall calibrate` found, where it ran.
bool CheckRun::readMachine() {
  std::string File = Args.Costs.empty() ? usualCostsFile() : Args.Costs;
  if (File == "none" || (Args.Costs.empty() && !llvm::sys::fs::exists(File)))
    return true;
  llvm::Expected<MachineCosts> Costs = readCosts(File);
  if (!Costs) {
    printError(llvm::toString(Costs.takeError()));
    return false;
  }
  Analysis.Machine = std::move(*Costs);
  return true;
}

bool CheckRun::prepare() {
  if (!Reports.choose(Args.Reports) || !areFilesThere() || !readMachine())
    return false;
  llvm::SmallString<256> Here;
  if (std::error_code EC = llvm::sys::fs::current_path(Here)) {
    printError("working directory: " + EC.message());
    return false;
  }
  Cwd = realPath(Here);
  if (!Args.FromIndex.empty()) {
    // The program is there already; only its root is wanted.
    Project.Roots = {Args.Project.Root.empty() ? Cwd
                                               : realPath(Args.Project.Root)};
    Project.KnowledgeFile = projectKnowledgeFile(Project.Roots.front());
  } else {
    llvm::Expected<nostall::Project> Found = findProject(Args.Project);
    if (!Found) {
      printError(llvm::toString(Found.takeError()));
      return false;
    }
    Project = std::move(*Found);
  }
  for (const std::string &Path : Project.Unknown) {
    printError(Path + ": " + whyUnknown(Path));
    Incomplete = true;
  }
  openCache();
  if (Project.Commands.empty() && Args.FromIndex.empty()) {
    if (Project.Unknown.empty())
      printError("nothing to analyse: no C or C++ file is compiled here");
    return false;
  }
  Knowledge = KnowledgeBase::builtin();
  if (!addKnowledge(Knowledge, Args.Knowledge, Project.KnowledgeFile)) {
    Incomplete = true;
    Cache.doNotRecord();
  }
  return makeOptions();
}

std::string CheckRun::problemText(const UnitProblem &Problem) const {
  return displayPath(Problem.File, Project.Roots.front(), Cwd) +
         (Problem.Failed ? ": could not be analysed:\n"
                         : ": analysed in part:\n") +
         Problem.Text;
}

void CheckRun::reportProblems(llvm::ArrayRef<UnitProblem> Problems) {
  for (const UnitProblem &Problem : Problems) {
    Incomplete = true;
    FailedUnits += Problem.Failed;
    messages() << "nostall: " << problemText(Problem);
  }
}

/// Whether what a run writes depends on nothing but what the cache sees.
bool CheckRun::isRecordable() const {
  return Project.Unknown.empty() && !Project.HasResponseFiles &&
         Args.FromIndex.empty() && Args.UpdateIndex.empty() &&
         Args.Traces.empty() && !Args.Gate.hasBase() &&
         Args.Gate.WriteBaseline.empty() && !Args.Gate.Prune &&
         !Reports.has("html");
}

void CheckRun::openCache() {
  if (!Args.FromIndex.empty())
    return;
  Cache.open(Project.Roots.front());
  if (!Cache.isOpen() || !isRecordable()) {
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

/// A base stands in a temporary folder, which no later run sees again.
ExtractionResult CheckRun::extract(
    llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
    llvm::ArrayRef<std::string> Roots, bool IsBase) {
  ScopeOptions Scope;
  Scope.Roots.assign(Roots.begin(), Roots.end());
  Scope.Deep = Args.Deep;
  Scope.VendoredDirectories.insert(Scope.VendoredDirectories.end(),
                                   Args.Vendored.begin(), Args.Vendored.end());
  Scope.SkipBodies = bodiesToSkip(Knowledge);
  Progress Bar(Commands.size(), !Args.Quiet);
  ExtractionOptions Options;
  Options.Jobs = Args.Jobs;
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

LUSummary CheckRun::link(ExtractionResult &Extracted) {
  EntityLinker Linker;
  for (TUSummary &Unit : Extracted.Summaries) {
    Linker.add(Unit);
    Unit = TUSummary();
  }
  return Linker.finish();
}

/// The linked program: from a file, or made now.
bool CheckRun::load(LUSummary &Program) {
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
  return true;
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
    Cache.doNotRecord();
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
        ExtractionResult Base = extract(Commands, Roots, /*IsBase=*/true);
        for (const UnitProblem &Problem : Base.Problems)
          Problems.push_back(problemText(Problem));
        return link(Base);
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
      {Report, Result.Stats, Result.Scope, Rules, !Incomplete,
       [&](llvm::StringRef File) { return displayPath(File, Cwd, Top); }});
}

/// Writes the fixes of what is reported; what is mended does not count.
void CheckRun::fix(GateReport &Report) {
  std::vector<const Finding *> Wanted;
  for (const ComparedFinding &C : Report.Findings)
    if (isReported(C))
      Wanted.push_back(&C.F);
  Fixes = applyFixes(Wanted, Project.Roots.front(), Args.Quiet);
  Incomplete |= Fixes.Failed;
  for (ComparedFinding &C : Report.Findings)
    if (llvm::is_contained(Fixes.Fixed, &C.F))
      C.Counts = false;
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

/// What was asked for; else, when all of a project was analysed that `nostall
/// init` has set up, the index that the editor looks for.
std::string CheckRun::indexToWrite() const {
  if (!Args.IndexFile.empty())
    return Args.IndexFile;
  if (!Args.FromIndex.empty() || !Args.Project.Paths.empty() ||
      Args.Project.FixedCommand)
    return "";
  std::optional<std::string> Folder =
      projectStateFolder(Project.Roots.front());
  return Folder ? *Folder + "/" + StateIndex.str() : "";
}

bool CheckRun::writeIndex(const LUSummary &Program, const std::string &Path) {
  llvm::Error E = writeSummaryFile(Program, Path);
  if (!E)
    return true;
  printError(llvm::toString(std::move(E)));
  Incomplete = true;
  Cache.doNotRecord();
  return false;
}

/// Lays the files that are given over the index; all files are a new one.
int CheckRun::updateIndex() {
  LUSummary Program;
  if (Args.Project.Paths.empty()) {
    Extracted = extract(Project.Commands, Project.Roots, /*IsBase=*/false);
    Program = link(Extracted);
    reportProblems(Extracted.Problems);
  } else {
    llvm::Expected<LUSummary> Known = readSummaryFile(Args.UpdateIndex);
    if (!Known) {
      printError(llvm::toString(Known.takeError()));
      return EX_Incomplete;
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
  Cache.finish(Extracted, Project.Commands.size(), "", Args.Verbose);
  return Incomplete ? EX_Incomplete : EX_Clean;
}

/// From the linked program to the exit code.
int CheckRun::judge(const LUSummary &Program, Gate &Judge) {
  if (std::string Index = indexToWrite(); !Index.empty())
    writeIndex(Program, Index);
  addInstalled(Program);
  // Files that are given with their flags have no others about them.
  Analysis.IsWhole =
      !Incomplete && (Args.Project.Paths.empty() || Args.Project.FixedCommand);
  AnalysisResult Result = analyzeProgram(Program);
  Result.Stats.FailedUnits = FailedUnits;
  Result.Stats.Units += FailedUnits;
  for (const std::string &Error : Result.Errors) {
    printError(Error);
    Incomplete = true;
    Cache.doNotRecord();
  }
  bool Whole = !Incomplete && Args.Project.Paths.empty();
  if (!Args.Traces.empty() && !compareWithTraces(Args.Traces, {}, Result))
    Incomplete = true;
  std::optional<GateReport> Report = Judge.judge(Program, Result, Whole);
  if (!Report) {
    Cache.doNotRecord();
    return EX_Incomplete;
  }
  if (!Judge.writeBaselines(Result, *Report, Whole))
    Incomplete = true;
  if (!write(Result, *Report)) {
    Incomplete = true;
    Cache.doNotRecord();
  }
  if (Args.Fix) // After the reports, which quote the sources.
    fix(*Report);
  conclude(Result, *Report);
  Judge.explain(*Report);
  if (Incomplete)
    return EX_Incomplete;
  return Judge.passes(*Report) ? EX_Clean : EX_Findings;
}

int CheckRun::run() {
  if (!prepare())
    return EX_Incomplete;
  if (!Args.UpdateIndex.empty())
    return updateIndex();
  GateContext Context = gateContext();
  Gate Judge(Args.Gate, Context);
  if (!Judge.prepare())
    return EX_Incomplete;
  if (Args.Fix) // What was found then is not what is there now.
    Cache.doNotRecord();
  LUSummary Program;
  if (!load(Program))
    return EX_Incomplete;
  int Exit = Extracted.Known ? Cache.printKnown() : judge(Program, Judge);
  written().ExitCode = Exit;
  Cache.finish(Extracted, Project.Commands.size(), indexToWrite(),
               Args.Verbose);
  return Exit;
}

} // namespace

void addCheckCommand(CLI::App &App, const CompilerArguments &Compiler,
                     int &Exit) {
  auto Args = std::make_shared<CheckArguments>();
  CLI::App *Sub = App.add_subcommand(
      "check", "Analyse a project and report what may stall its event loops");
  Sub->add_option("-p,--build", Args->Project.BuildPath,
                  "Folder with compile_commands.json")
      ->type_name("FOLDER");
  Sub->add_option("paths", Args->Project.Paths,
                  "Files and folders to analyse (default: all)")
      ->type_name("");
  Sub->add_option("--root", Args->Project.Root,
                  "The project's root (default: the checkout)")
      ->type_name("FOLDER");
  addKnowledgeOptions(*Sub, Args->Knowledge);
  Sub->add_flag("--no-installed-knowledge", Args->Knowledge.WithoutInstalled,
                "Leave out the knowledge files that libraries install beside "
                "their headers");
  Sub->add_option("--checks", Args->Checks,
                  "Globs of checks, -GLOB to switch off")
      ->type_name("GLOBS")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("--option", Args->Options, "CHECK.OPTION=VALUE")
      ->type_name("CHECK.OPTION=VALUE")
      ->allow_extra_args(false);
  Sub->add_option("--test-files", Args->TestFiles,
                  "More globs of files that are test code")
      ->type_name("GLOBS")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_flag("--include-tests", Args->IncludeTests,
                "Report in test code as well");
  Sub->add_option("--vendored", Args->Vendored,
                  "More names of folders with third-party code")
      ->type_name("NAMES")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("--min-confidence", Args->LeastConfidence,
                  "low, medium or high")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"low", "medium", "high"}));
  addReportOptions(*Sub, Args->Reports);
  addGateOptions(*Sub, Args->Gate);
  Sub->add_option(
         "--measured", Args->Traces,
         "Traces of nostall run: say of each finding whether it was seen "
         "to stall")
      ->type_name("TRACE")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("--write-index", Args->IndexFile,
                  "Write the linked program here, for the clang-tidy plugin "
                  "(default: .nostall/index.nss, if that folder exists)")
      ->type_name("FILE");
  Sub->add_option("--update-index", Args->UpdateIndex,
                  "Write the linked program here and report nothing; with "
                  "paths, replace what it has of these files")
      ->type_name("FILE")
      ->excludes("--write-index");
  Sub->add_option("--from-index", Args->FromIndex,
                  "Analyse a linked program instead of compiling anything")
      ->type_name("FILE")
      ->excludes("--update-index");
  Sub->add_option("-j,--jobs", Args->Jobs, "Files to analyse at the same time")
      ->type_name("N")
      ->check(CLI::Range(1u, 1024u));
  Sub->add_option("--costs", Args->Costs,
                  "What 'nostall calibrate' wrote, for estimates; by default "
                  "its usual file, 'none' for the reference machine")
      ->type_name("FILE");
  Sub->add_flag("--deep", Args->Deep,
                "Look into the bodies of libraries' headers as well");
  Sub->add_flag("--fix", Args->Fix,
                "Write the fixes that findings have into the sources")
      ->excludes("--update-index");
  Sub->add_flag("-q,--quiet", Args->Quiet, "Findings and errors only");
  Sub->add_flag("--stats", Args->Stats, "Say what was seen and what was not");
  Sub->add_option("--cache", Args->Cache,
                  "Where to keep what was found, for later runs (default: see "
                  "nostall cache --help)")
      ->type_name("FOLDER");
  Sub->add_flag("--no-cache", Args->NoCache,
                "Parse all files; keep nothing");
  Sub->add_flag("-v,--verbose", Args->Verbose,
                "Say how many files were not parsed again");
  Sub->footer("Files without compile_commands.json: nostall check FILE... -- "
              "COMPILER-OPTIONS");
  Sub->callback([Args, &Compiler, &Exit] {
    Args->Project.FixedCommand = Compiler;
    Exit = CheckRun(*Args).run();
  });
}

} // namespace nostall
