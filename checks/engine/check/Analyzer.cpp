//===- Analyzer.cpp - a linked program to findings --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Analyzer.h"

#include "engine/check/FindingSink.h"
#include "engine/check/Suppressions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/GlobPattern.h"

#include <set>

namespace nostall {

std::vector<std::string> AnalyzerOptions::defaultTestFiles() {
  return {"*/test/*",       "*/tests/*",      "*/testing/*",  "*/unittest/*",
          "*/unittests/*",  "*/*_test.c*",    "*/*_tests.c*", "*/*-test.c*",
          "*/test_*.c*",    "*/*_unittest.c*", "*/*Test.c*",  "*/testsuite/*",
          "*/regression-tests*", "*/test-*.c*"};
}

bool matchesAnyGlob(llvm::ArrayRef<std::string> Globs, llvm::StringRef Path) {
  std::string Rooted = Path.starts_with("/") ? Path.str() : "/" + Path.str();
  return llvm::any_of(Globs, [&](const std::string &Text) {
    llvm::Expected<llvm::GlobPattern> Glob = llvm::GlobPattern::create(Text);
    if (!Glob) {
      // Whoever accepts globs from users checks them there.
      llvm::consumeError(Glob.takeError());
      return false;
    }
    return Glob->match(Rooted);
  });
}

bool isEnabled(const CheckDescriptor &Check, llvm::ArrayRef<std::string> Globs) {
  bool On = Check.OnByDefault;
  for (llvm::StringRef Glob : Globs) {
    bool Positive = !Glob.consume_front("-");
    if (namesCheck(Glob, Check.Name))
      On = Positive;
  }
  return On;
}

static AnalysisStats statsOf(const Solution &S) {
  AnalysisStats Stats;
  Stats.Units = S.P.summary().Units.size();
  for (const UnitInfo &U : S.P.summary().Units)
    Stats.PartialUnits += U.NumErrors != 0;
  for (FunctionIndex F = 0; F < S.P.numFunctions(); ++F) {
    if (S.P.function(F).Flags & FF_External)
      continue;
    ++Stats.Functions;
    Stats.Coroutines += S.P.isCoroutine(F);
    Stats.FunctionsOnLoop += S.Where.isOnLoop(F);
  }
  Stats.Calls = S.Graph.stats().Calls;
  Stats.UnresolvedCalls = S.Graph.stats().UnresolvedCalls;
  Stats.LostCallables = S.Graph.stats().LostCallables;
  Stats.UnknownFunctions = S.Graph.stats().UnknownFunctions;
  Stats.UndecidedCalls = S.Found.stats().Undecided;
  Stats.Roots = S.Where.roots().size();
  Stats.EventLoops = S.Where.eventLoops().size();
  return Stats;
}

/// What lies on the loop, and what cannot be seen from there.
static AnalysisScope scopeOf(const Solution &S, const FindingSink &Places) {
  AnalysisScope Scope;
  std::set<std::string> Files, Functions;
  for (FunctionIndex F = 0; F < S.P.numFunctions(); ++F) {
    if (S.P.function(F).Flags & FF_External)
      continue;
    Place At = Places.place(F, S.P.function(F).Loc);
    Files.insert(std::move(At.File));
    if (S.Where.isOnLoop(F))
      Functions.insert(std::move(At.Function));
  }
  std::set<BlindSpot> Blind;
  auto Add = [&](FunctionIndex F, uint32_t CallIndex, BlindKind Kind) {
    if ((S.P.function(F).Flags & FF_External) || !S.Where.isOnLoop(F))
      return;
    const CallEdge &Call = S.P.summary().Calls[CallIndex];
    Place At = Places.place(F, Call.Loc);
    Blind.insert({std::move(At.Function), std::move(At.File), At.Line, Kind,
                  Call.Callee == NoIndex ? ""
                                         : S.P.nameOf(Call.Callee).str()});
  };
  for (const LostCall &L : S.Graph.stats().LostCalls)
    Add(L.In, L.Call,
        L.IsUnknownFunction ? BlindKind::UnknownFunction
                            : BlindKind::UnresolvedCall);
  for (const auto &[In, Call] : S.Found.stats().UndecidedCalls)
    Add(In, Call, BlindKind::UndecidedValue);
  Scope.Files.assign(Files.begin(), Files.end());
  Scope.Functions.assign(Functions.begin(), Functions.end());
  Scope.Blind.assign(Blind.begin(), Blind.end());
  return Scope;
}

static void runChecks(const Solution &S, const CheckList &Checks,
                      const AnalyzerOptions &Options, Suppressions &Suppressed,
                      FindingSink &Sink, std::vector<std::string> &Errors) {
  std::vector<Review::State> States;
  for (const std::unique_ptr<Check> &C : Checks) {
    Review::State &State = States.emplace_back(
        Review::State{C->descriptor().Name, /*Ran=*/false});
    if (!isEnabled(C->descriptor(), Options.Checks))
      continue;
    if (std::string Error = C->configure(Options.Options); !Error.empty()) {
      Errors.push_back(C->descriptor().Name.str() + ": " + Error);
      continue;
    }
    Sink.setCheck(C->descriptor());
    C->run(S, Sink);
    State.Ran = true;
  }
  Sink.visit([&](const Finding &F) { Suppressed.noteUse(F); });
  const Review Reviewed{States, Suppressed, Options.IsWhole,
                        Options.DisplayPath};
  for (size_t I = 0; I < Checks.size(); ++I)
    if (States[I].Ran) {
      Sink.setCheck(Checks[I]->descriptor());
      Checks[I]->review(S, Reviewed, Sink);
    }
}

AnalysisResult analyze(const LUSummary &Program, const KnowledgeBase &Knowledge,
                       const CheckList &Checks,
                       const AnalyzerOptions &Options) {
  AnalysisResult Result;
  ContextOptions Contexts;
  if (!Options.IncludeTests)
    Contexts.IsTestFile = [&](llvm::StringRef Path) {
      return matchesAnyGlob(Options.TestFiles, Path);
    };
  Solution S(Program, Knowledge, Contexts, Options.Machine);
  Result.Stats = statsOf(S);

  FindingSink Sink(S, Options.DisplayPath);
  if (Options.WithScope)
    Result.Scope = scopeOf(S, Sink);
  Suppressions Suppressed(Program, Options.DisplayPath);
  runChecks(S, Checks, Options, Suppressed, Sink, Result.Errors);

  // Test code by the name that summaries have for the file; what people read
  // may be relative to another directory.
  llvm::StringMap<bool> IsTest;
  if (!Options.IncludeTests)
    for (const std::string &File : Program.Files)
      IsTest[Options.DisplayPath(File)] = Contexts.IsTestFile(File);
  Result.Findings = Sink.take([&](Finding &F) {
    if (F.Sure < Options.LeastConfidence || IsTest.lookup(F.Where.File) ||
        IsTest.lookup(F.Context.File))
      return false;
    if (!Suppressed.apply(F))
      return true;
    ++Result.Stats.Suppressed;
    return false;
  });
  return Result;
}

} // namespace nostall
