//===- LearnCommand.cpp - learn ---------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A first draft of knowledge, from what stalled and was not known. A trace shows
// that a function blocked once, not what it does in general: the draft is for a
// person to read, and says what it rests on.
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/KnowledgeOptions.h"
#include "model/Amounts.h"
#include "output/FindingsFile.h"
#include "reporter/Report.h"
#include "reporter/StackShape.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <map>

namespace nostall {
namespace {

struct LearnArguments {
  report::ReportOptions Report;
  std::string Findings;
  std::string Output;
  KnowledgeOptions Knowledge;
};

/// A function that stalled, and what is known of that.
struct Draft {
  std::string Cause, Call, Caller;
  uint64_t Count = 0, TotalNs = 0, MaxNs = 0;
};

class Learner {
public:
  Learner(const KnowledgeBase &Knowledge, report::FileSet Analysed)
      : Knowledge(Knowledge), Analysed(std::move(Analysed)) {}

  void add(const report::Signature &S);
  void write(const report::StallReport &Report, llvm::raw_ostream &OS) const;
  size_t size() const { return Drafts.size(); }

private:
  bool isProgram(const report::Frame &F) const;
  bool isKnown(const std::string &Function) const;

  const KnowledgeBase &Knowledge;
  report::FileSet Analysed;
  std::map<std::string, Draft> Drafts; ///< By function.
};

/// Without findings to tell it, what lies below the working directory.
bool Learner::isProgram(const report::Frame &F) const {
  if (!Analysed.empty())
    return Analysed.contains(F.File);
  return !F.File.empty() && llvm::sys::path::is_relative(F.File) &&
         llvm::sys::fs::exists(F.File);
}

bool Learner::isKnown(const std::string &Function) const {
  return llvm::any_of(Knowledge.libraries(), [&](const auto &Library) {
    return llvm::any_of(Library->Functions, [&](const FunctionKnowledge &F) {
      return matchesPattern(F.Name, Function);
    });
  });
}

void Learner::add(const report::Signature &S) {
  auto Caller = llvm::find_if(
      S.Frames, [&](const report::Frame &F) { return isProgram(F); });
  // Called right from the program: the probe's calls are all known.
  if (Caller == S.Frames.end() || Caller == S.Frames.begin())
    return;
  const report::Frame &Callee = *std::prev(Caller);
  // What a string or a sort costs is the program's doing.
  if (Callee.Function.empty() || report::isStandardLibrary(Callee) ||
      isKnown(Callee.Function))
    return;
  Draft &D = Drafts[Callee.Function];
  if (S.MaxNs >= D.MaxNs) {
    D.MaxNs = S.MaxNs;
    D.Cause = S.Cause;
    D.Call = S.Call;
    D.Caller = fmt::format("{} at {}:{}", Caller->Function, Caller->File,
                           Caller->Line);
  }
  D.Count += S.Count;
  D.TotalNs += S.TotalNs;
}

/// The knowledge's category for a stall's cause.
llvm::StringRef categoryOf(const Draft &D) {
  // A cause that is no category means that the thread was busy.
  std::optional<Category> C = categoryFromName(D.Cause);
  return C && *C != Category::Cpu ? llvm::StringRef(D.Cause) : "cpu";
}

void Learner::write(const report::StallReport &Report,
                    llvm::raw_ostream &OS) const {
  OS << "# A draft by nostall learn, from";
  for (const report::TraceInfo &T : Report.Traces)
    OS << ' ' << T.File;
  OS << ".\n";
  if (Drafts.empty())
    OS << "# Nothing to learn: all that stalled was known, or was the program's "
          "own.\n";
  else
    OS << "# Each of these functions stalled an event loop, and nothing was "
          "known of it.\n"
       << "# Category and tier are guesses from what was measured: read the "
          "library's\n"
       << "# documentation, correct them, and say why and what to use "
          "instead.\n";
  OS << "library: learned\n"
     << "title: Learned from traces\n"
     << (Drafts.empty() ? "functions: []\n" : "functions:\n");
  for (const auto &[Function, D] : Drafts) {
    llvm::StringRef Category = categoryOf(D);
    OS << fmt::format("  # {}, {} in all, longest {}", countText(D.Count, "stall"),
                      durationText(D.TotalNs), durationText(D.MaxNs))
       << (D.Call.empty() ? "" : "; blocked in " + D.Call)
       << "\n  # called by " << D.Caller << '\n'
       << "  - name: \"" << Function << "\"\n"
       << "    effects: [{category: " << Category << ", tier: likely, why: "
       << (Category == "cpu" ? "computes" : "was seen to block") << "}]\n"
       << "    reference: learned from a trace\n";
  }
}

bool writeDraft(const Learner &From, const report::StallReport &Report,
                const std::string &Output) {
  if (Output.empty() || Output == "-") {
    From.write(Report, llvm::outs());
    return true;
  }
  // Somebody may have worked on it.
  if (llvm::sys::fs::exists(Output)) {
    printError(Output + ": exists already; a draft is written to a new file");
    return false;
  }
  std::error_code Problem;
  llvm::raw_fd_ostream File(Output, Problem);
  if (!Problem) {
    From.write(Report, File);
    File.close();
    Problem = File.error();
    File.clear_error();
  }
  if (Problem)
    printError(Output + ": " + Problem.message());
  return !Problem;
}

int learn(const LearnArguments &Args) {
  KnowledgeBase Knowledge = KnowledgeBase::builtin();
  std::optional<std::string> Own;
  if (llvm::sys::fs::exists(".nostall.yaml"))
    Own = ".nostall.yaml";
  bool Complete = addKnowledge(Knowledge, Args.Knowledge, Own);
  AnalysisScope Scope;
  if (!Args.Findings.empty()) {
    llvm::Expected<FindingsFile> File = readFindings(Args.Findings);
    if (!File) {
      printError(llvm::toString(File.takeError()));
      return EX_Incomplete;
    }
    Scope = std::move(File->Scope);
  }
  std::optional<report::StallReport> Report =
      report::makeReport(Args.Report, llvm::errs(), Complete);
  if (!Report)
    return EX_Incomplete;
  Learner From(Knowledge, report::FileSet(Scope.Files));
  for (const report::Signature &S : Report->Signatures)
    From.add(S);
  for (const report::Signature &S : Report->Unfinished)
    From.add(S);
  if (!From.size()) {
    llvm::errs() << "nostall: nothing to learn: all that stalled was known, or "
                    "was the program's own\n";
    // Whoever named a file has a next step that reads it.
    if (Args.Output.empty() || Args.Output == "-")
      return Complete ? EX_Clean : EX_Incomplete;
  }
  Complete &= writeDraft(From, *Report, Args.Output);
  return Complete ? EX_Clean : EX_Incomplete;
}

} // namespace

void addLearnCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<LearnArguments>();
  CLI::App *Sub = App.add_subcommand(
      "learn", "Draft knowledge of functions that stalled and were not known");
  Sub->add_option("traces", Args->Report.Traces, "Files that nostall run wrote")
      ->type_name("")
      ->required();
  Sub->add_option("--findings", Args->Findings,
                  "Findings of nostall check --format json: they tell the "
                  "program's files from libraries'")
      ->type_name("FILE");
  Sub->add_option("--debug-dir", Args->Report.DebugDirs,
                  "Look here too for separate debug information")
      ->type_name("FOLDER");
  Sub->add_option("-o,--output", Args->Output, "Write the draft to this file")
      ->type_name("FILE");
  addKnowledgeOptions(*Sub, Args->Knowledge);
  Sub->callback([Args, &Exit] { Exit = learn(*Args); });
}

} // namespace nostall
