//===- CheckCommand.cpp - nostall check -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/CheckDocs.h"
#include "cli/HtmlReport.h"
#include "cli/KnowledgeOptions.h"
#include "cli/Measure.h"
#include "cli/Progress.h"
#include "cli/Project.h"
#include "engine/check/Analyzer.h"
#include "engine/check/Suppressions.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/index/EntityLinker.h"
#include "engine/run/ExtractionPool.h"
#include "engine/summary/SummaryIO.h"
#include "output/Render.h"
#include "rules/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <fmt/format.h>

#include <thread>

namespace nostall {
namespace {

enum class Format { Text, Json, Sarif, Html };

struct CheckArguments {
  ProjectOptions Project;
  KnowledgeOptions Knowledge;
  std::vector<std::string> Checks;
  std::vector<std::string> Options;
  std::vector<std::string> TestFiles;
  std::vector<std::string> Vendored;
  std::vector<std::string> Traces;
  std::string LeastConfidence = "medium";
  std::string OutputFile;
  std::string IndexFile;
  std::string FromIndex;
  std::string FormatName = "text";
  unsigned Jobs = std::max(1u, std::thread::hardware_concurrency());
  bool Deep = false;
  bool IncludeTests = false;
  bool Quiet = false;
  bool Stats = false;
  bool NoTrace = false;
};

class CheckRun {
public:
  explicit CheckRun(const CheckArguments &Args)
      : Args(Args), Form(Args.FormatName == "json"    ? Format::Json
                         : Args.FormatName == "sarif" ? Format::Sarif
                         : Args.FormatName == "html"  ? Format::Html
                                                      : Format::Text) {}
  int run();

private:
  bool prepare();
  bool makeOptions();
  bool areChecksKnown();
  bool load(LUSummary &Program);
  LUSummary extractAndLink();
  void reportProblems(llvm::ArrayRef<UnitProblem> Problems);
  bool write(const AnalysisResult &Result);
  void render(const AnalysisResult &Result, llvm::raw_ostream &OS, bool Color);

  const CheckArguments &Args;
  Format Form = Format::Text;
  nostall::Project Project;
  KnowledgeBase Knowledge;
  AnalyzerOptions Analysis;
  std::string Cwd;
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
      printError(fmt::format("--checks {}: no check has such a name",
                             Glob.str()));
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

/// "CHECK.OPTION=VALUE" and the other texts that name something.
bool CheckRun::makeOptions() {
  Analysis.Checks = Args.Checks;
  for (const std::string &Text : Args.Options) {
    auto [Key, Value] = llvm::StringRef(Text).split('=');
    if (!Key.contains('.') || Key.size() == Text.size()) {
      printError(fmt::format("--option {}: not of the form CHECK.OPTION=VALUE",
                             Text));
      return false;
    }
    Analysis.Options[Key] = Value.str();
  }
  for (FindingConfidence C : {FindingConfidence::Low, FindingConfidence::Medium,
                              FindingConfidence::High})
    if (Args.LeastConfidence == name(C))
      Analysis.LeastConfidence = C;
  Analysis.IncludeTests = Args.IncludeTests;
  Analysis.WithScope = Form == Format::Json || !Args.Traces.empty();
  Analysis.TestFiles.insert(Analysis.TestFiles.end(), Args.TestFiles.begin(),
                            Args.TestFiles.end());
  Analysis.DisplayPath = [this](llvm::StringRef File) {
    return displayPath(File, Project.Roots.front(), Cwd);
  };
  return areChecksKnown();
}

bool CheckRun::prepare() {
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
    printError(fmt::format("{}: no compile command for it", Path));
    Incomplete = true;
  }
  if (Project.Commands.empty() && Args.FromIndex.empty()) {
    printError("nothing to analyse: no C or C++ file is compiled here");
    return false;
  }
  Knowledge = KnowledgeBase::builtin();
  if (!addKnowledge(Knowledge, Args.Knowledge, Project.KnowledgeFile))
    Incomplete = true;
  return makeOptions();
}

void CheckRun::reportProblems(llvm::ArrayRef<UnitProblem> Problems) {
  for (const UnitProblem &Problem : Problems) {
    Incomplete = true;
    FailedUnits += Problem.Failed;
    llvm::errs() << "nostall: "
                 << displayPath(Problem.File, Project.Roots.front(), Cwd)
                 << (Problem.Failed ? ": could not be analysed:\n"
                                    : ": analysed in part:\n")
                 << Problem.Text;
  }
}

LUSummary CheckRun::extractAndLink() {
  ScopeOptions Scope;
  Scope.Roots = Project.Roots;
  Scope.Deep = Args.Deep;
  Scope.VendoredDirectories.insert(Scope.VendoredDirectories.end(),
                                   Args.Vendored.begin(), Args.Vendored.end());
  Scope.SkipBodies = bodiesToSkip(Knowledge);
  Progress Bar(Project.Commands.size(), !Args.Quiet);
  ExtractionResult Extracted =
      extractAll(Project.Commands, Scope, Args.Jobs,
                 [&](llvm::StringRef File) { Bar.done(File); });
  Bar.finish();
  reportProblems(Extracted.Problems);
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
    Program = extractAndLink();
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

void CheckRun::render(const AnalysisResult &Result, llvm::raw_ostream &OS,
                      bool Color) {
  switch (Form) {
  case Format::Text:
    renderText(Result.Findings, {Color, !Args.NoTrace}, OS);
    break;
  case Format::Json:
    renderJson(Result.Findings, Result.Stats, Result.Scope, OS);
    break;
  case Format::Html:
    renderFindingsHtml(Result.Findings, Result.Stats, OS);
    break;
  case Format::Sarif: {
    std::vector<RuleText> Rules;
    for (const std::unique_ptr<Check> &C : createChecks())
      Rules.push_back({C->descriptor().Name.str(), C->descriptor().Summary.str(),
                       checkDocumentation(C->descriptor().Name).str()});
    renderSarif(Result.Findings, Rules, !Incomplete, OS);
    break;
  }
  }
}

bool CheckRun::write(const AnalysisResult &Result) {
  if (Args.OutputFile.empty() || Args.OutputFile == "-") {
    render(Result, llvm::outs(), llvm::outs().has_colors());
    llvm::outs().flush();
    return true;
  }
  std::error_code EC;
  llvm::raw_fd_ostream OS(Args.OutputFile, EC);
  if (EC) {
    printError(Args.OutputFile + ": " + EC.message());
    return false;
  }
  render(Result, OS, /*Color=*/false);
  return true;
}

int CheckRun::run() {
  if (Form == Format::Html && !canWriteHtml(Args.OutputFile))
    return EX_Incomplete;
  if (!prepare())
    return EX_Incomplete;
  LUSummary Program;
  if (!load(Program))
    return EX_Incomplete;
  if (!Args.IndexFile.empty())
    if (llvm::Error E = writeSummaryFile(Program, Args.IndexFile)) {
      printError(llvm::toString(std::move(E)));
      Incomplete = true;
    }
  AnalysisResult Result = analyze(Program, Knowledge, createChecks(), Analysis);
  Result.Stats.FailedUnits = FailedUnits;
  Result.Stats.Units += FailedUnits;
  for (const std::string &Error : Result.Errors) {
    printError(Error);
    Incomplete = true;
  }
  if (!Args.Traces.empty() && !compareWithTraces(Args.Traces, {}, Result))
    Incomplete = true;
  if (!write(Result))
    Incomplete = true;
  if (Args.Stats)
    renderStats(Result.Stats, llvm::errs());
  if (Incomplete)
    llvm::errs() << fmt::format(
        "nostall: the analysis is incomplete: {} of {} files could not be "
        "analysed, {} only in part\n",
        Result.Stats.FailedUnits, Result.Stats.Units, Result.Stats.PartialUnits);
  auto Counted = [](uint64_t N, const char *What) {
    return fmt::format("{} {}{}", N, What, N == 1 ? "" : "s");
  };
  if (!Args.Quiet && Form == Format::Text)
    llvm::errs() << Counted(Result.Findings.size(), "finding") << " in "
                 << Counted(Result.Stats.Units, "file") << '\n';
  if (Incomplete)
    return EX_Incomplete;
  return Result.Findings.empty() ? EX_Clean : EX_Findings;
}

} // namespace

void addCheckCommand(CLI::App &App, const CompilerArguments &Compiler,
                     int &Exit) {
  auto Args = std::make_shared<CheckArguments>();
  CLI::App *Sub = App.add_subcommand(
      "check", "Analyse a project and report what may stall its event loops");
  Sub->add_option("-p,--build", Args->Project.BuildPath,
                  "Folder with compile_commands.json");
  Sub->add_option("paths", Args->Project.Paths,
                  "Files and folders to analyse (default: all)");
  Sub->add_option("--root", Args->Project.Root,
                  "The project's root (default: the checkout)");
  addKnowledgeOptions(*Sub, Args->Knowledge);
  Sub->add_option("--checks", Args->Checks,
                  "Globs of checks, -GLOB to switch off")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("--option", Args->Options, "CHECK.OPTION=VALUE")
      ->allow_extra_args(false);
  Sub->add_option("--test-files", Args->TestFiles,
                  "More globs of files that are test code")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_flag("--include-tests", Args->IncludeTests,
                "Report in test code as well");
  Sub->add_option("--vendored", Args->Vendored,
                  "More names of folders with third-party code")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("--min-confidence", Args->LeastConfidence,
                  "low, medium or high")
      ->check(CLI::IsMember({"low", "medium", "high"}));
  Sub->add_option("--format", Args->FormatName, "text, json, sarif or html")
      ->check(CLI::IsMember({"text", "json", "sarif", "html"}))
      ->type_name("TEXT:{text,json,sarif,html}");
  Sub->add_option("--measured", Args->Traces,
                  "Traces of nostall run: say of each finding whether it was seen "
                  "to stall")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub->add_option("-o,--output", Args->OutputFile, "Write the findings here");
  Sub->add_option("--write-index", Args->IndexFile,
                  "Write the linked program here, for the clang-tidy plugin");
  Sub->add_option("--from-index", Args->FromIndex,
                  "Analyse a linked program instead of compiling anything");
  Sub->add_option("-j,--jobs", Args->Jobs, "Files to analyse at the same time")
      ->check(CLI::Range(1u, 1024u));
  Sub->add_flag("--deep", Args->Deep,
                "Look into the bodies of libraries' headers as well");
  Sub->add_flag("-q,--quiet", Args->Quiet, "Findings and errors only");
  Sub->add_flag("--no-trace", Args->NoTrace, "One line for each finding");
  Sub->add_flag("--stats", Args->Stats, "Say what was seen and what was not");
  Sub->footer("Files without compile_commands.json: nostall check FILE... -- "
              "COMPILER-OPTIONS");
  Sub->callback([Args, &Compiler, &Exit] {
    Args->Project.FixedCommand = Compiler;
    Exit = CheckRun(*Args).run();
  });
}

} // namespace nostall
