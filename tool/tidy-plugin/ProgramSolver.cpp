//===- ProgramSolver.cpp - findings, now or soon ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tidy-plugin/ProgramSolver.h"

#include "engine/index/EntityLinker.h"
#include "engine/summary/SummaryIO.h"
#include "rules/Registry.h"

#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <chrono>
#include <csignal>

namespace nostall {

/// What nobody notices beside the time that clangd takes itself.
static constexpr double QuickSeconds = 0.005;
/// An index that has not been solved yet is guessed by its size.
static constexpr size_t QuickFunctions = 200;

AnalysisResult solve(const SolveRequest &Request) {
  EntityLinker Linker;
  if (Request.Rest)
    Linker.addWithout(*Request.Rest, Request.Unit);
  Linker.add(Request.Unit);
  return analyze(Linker.finish(), *Request.Knowledge, createChecks(),
                 Request.Options);
}

//===----------------------------------------------------------------------===//
// Comparing and moving
//===----------------------------------------------------------------------===//

/// Never 0.
static uint64_t keyOf(const SolveRequest &Request) {
  uint64_t Options = 0;
  for (const auto &Option : Request.Options.Options)
    Options += llvm::hash_combine(Option.getKey(), Option.getValue());
  std::string Checks = llvm::join(Request.Options.Checks, ",");
  return 1 | llvm::hash_combine(
                 llvm::xxh3_64bits(serialize(Request.Unit)), Options, Checks,
                 Request.Sources, Request.Options.LeastConfidence, Request.Options.IncludeTests);
}

static bool samePlace(const Place &A, const Place &B) {
  return A.File == B.File && A.Line == B.Line && A.Column == B.Column;
}

static bool sameFinding(const Finding &A, const Finding &B) {
  return A.Check == B.Check && A.Message == B.Message &&
         A.Suggestion == B.Suggestion && samePlace(A.Where, B.Where) &&
         samePlace(A.Sink, B.Sink) &&
         llvm::equal(A.Roots, B.Roots, samePlace) &&
         llvm::equal(A.Way, B.Way, [](const TraceStep &X, const TraceStep &Y) {
           return X.Note == Y.Note && samePlace(X.Where, Y.Where);
         });
}

ProgramSolver::Spans ProgramSolver::spansOf(const TUSummary &Unit) {
  Spans Out;
  llvm::StringRef Main = Unit.Units.front().MainFile;
  for (const FunctionSummary &F : Unit.Functions)
    if (Unit.Files[F.Loc.File] == Main)
      Out.push_back({Unit.Entities[F.Entity].Name, F.Loc.Line, F.EndLine});
  return Out;
}

/// The findings that are known, moved by as many lines as the innermost
/// function that each place stands in. Those of functions that are no longer
/// there are left out.
std::vector<Finding> ProgramSolver::moved(const FileState &S,
                                          const SolveRequest &Request) {
  std::map<std::pair<uint64_t, uint64_t>, uint32_t> Now;
  auto KeyOf = [](const EntityName &Name) {
    return std::pair(Name.High, Name.Low);
  };
  for (const Span &F : spansOf(Request.Unit))
    Now.try_emplace(KeyOf(F.Name), F.First);
  auto Move = [&](Place &P) {
    if (P.File != Request.File)
      return true;
    const Span *Inner = nullptr;
    for (const Span &F : S.Functions)
      if (F.First <= P.Line && P.Line <= F.Last &&
          (!Inner || F.Last - F.First <= Inner->Last - Inner->First))
        Inner = &F;
    if (!Inner)
      return true;
    auto It = Now.find(KeyOf(Inner->Name));
    if (It == Now.end())
      return false;
    P.Line += It->second - Inner->First;
    return true;
  };
  std::vector<Finding> Out;
  for (Finding F : S.Known.Findings) {
    bool Stays = Move(F.Where) && Move(F.Sink);
    llvm::erase_if(F.Roots, [&](Place &P) { return !Move(P); });
    llvm::erase_if(F.Way, [&](TraceStep &Step) { return !Move(Step.Where); });
    if (Stays)
      Out.push_back(std::move(F));
  }
  return Out;
}

//===----------------------------------------------------------------------===//
// Solving
//===----------------------------------------------------------------------===//

ProgramSolver &ProgramSolver::instance() {
  // Never destroyed: clangd's threads may outlive main.
  static auto *Solver = new ProgramSolver;
  return *Solver;
}

void ProgramSolver::solveInBackground(
    std::function<void(const std::string &)> Listener) {
  std::lock_guard<std::mutex> Lock(Mutex);
  OnNews = std::move(Listener);
  Worker = std::thread([this] { work(); });
}

void ProgramSolver::stop() {
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    Stopping = true;
  }
  Changed.notify_all();
  if (Worker.joinable())
    Worker.join();
}

bool ProgramSolver::isQuick(const SolveRequest &Request) const {
  if (!OnNews || Stopping)
    return true;
  size_t Size = Request.Rest ? Request.Rest->Functions.size() : 0;
  auto It = Cost.find(Size);
  return It != Cost.end() ? It->second <= QuickSeconds : Size <= QuickFunctions;
}

AnalysisResult ProgramSolver::timed(const SolveRequest &Request) {
  auto Before = std::chrono::steady_clock::now();
  AnalysisResult Result = solve(Request);
  std::chrono::duration<double> Took =
      std::chrono::steady_clock::now() - Before;
  std::lock_guard<std::mutex> Lock(Mutex);
  Cost[Request.Rest ? Request.Rest->Functions.size() : 0] = Took.count();
  return Result;
}

void ProgramSolver::store(FileState &S, uint64_t Key,
                          const SolveRequest &Request, AnalysisResult Result) {
  S.Key = Key;
  S.Known = std::move(Result);
  S.Functions = spansOf(Request.Unit);
}

AnalysisResult ProgramSolver::findings(SolveRequest Request) {
  uint64_t Key = keyOf(Request);
  std::unique_lock<std::mutex> Lock(Mutex);
  FileState &S = Files[Request.File]; // Stays where it is: a map.
  if (S.Key == Key) {
    S.Waiting.reset();
    S.Given = S.Known.Findings;
    return S.Known;
  }
  if (isQuick(Request)) {
    S.Waiting.reset();
    Lock.unlock();
    AnalysisResult Result = timed(Request);
    Lock.lock();
    store(S, Key, Request, Result);
    S.Given = Result.Findings;
    return Result;
  }
  AnalysisResult Result = S.Known;
  Result.Findings = moved(S, Request);
  S.Given = Result.Findings;
  S.Waiting = std::move(Request);
  S.WaitingKey = Key;
  Lock.unlock();
  Changed.notify_all();
  return Result;
}

void ProgramSolver::work() {
  sigset_t Signals;
  sigfillset(&Signals);
  pthread_sigmask(SIG_BLOCK, &Signals, nullptr);
  std::unique_lock<std::mutex> Lock(Mutex);
  while (!Stopping) {
    auto Next = llvm::find_if(
        Files, [](const auto &Entry) { return Entry.second.Waiting.has_value(); });
    if (Next == Files.end()) {
      Changed.wait(Lock);
      continue;
    }
    FileState &S = Next->second;
    SolveRequest Request = std::move(*S.Waiting);
    S.Waiting.reset();
    uint64_t Key = S.WaitingKey;
    Lock.unlock();
    AnalysisResult Result = timed(Request);
    Lock.lock();
    // When the file has changed meanwhile, this is still nearer to the truth
    // than what was known; who looks next gets it moved along.
    bool IsNewest = !S.Waiting.has_value();
    store(S, Key, Request, std::move(Result));
    if (IsNewest && !Stopping &&
        !llvm::equal(S.Given, S.Known.Findings, sameFinding)) {
      Lock.unlock();
      OnNews(Request.File);
      Lock.lock();
    }
  }
}

} // namespace nostall
