//===- ExtractionPool.cpp - all units, in parallel --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/ExtractionPool.h"

#include "engine/run/TemporaryFolder.h"
#include "engine/run/UnitExtractor.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

using clang::tooling::CompileCommand;

namespace nostall {
namespace {

/// Where the children leave what they made.
class ScratchDirectory {
public:
  std::string file(size_t Unit, const char *Suffix) const {
    return fmt::format("{}/{}.{}", Folder.path(), Unit, Suffix);
  }
  std::error_code error() const { return Folder.error(); }

private:
  TemporaryFolder Folder{"nostall"};
};

class Pool {
public:
  Pool(llvm::ArrayRef<CompileCommand> Commands, const ScopeOptions &Options)
      : Commands(Commands), Options(Options) {}
  ExtractionResult run(unsigned Jobs,
                       const std::function<void(llvm::StringRef)> &Done);

private:
  pid_t start(size_t Unit) const;
  [[noreturn]] void work(size_t Unit, const ScopeOptions &Options) const;
  void collect(size_t Unit, ExtractionResult &Result) const;

  llvm::ArrayRef<CompileCommand> Commands;
  const ScopeOptions &Options;
  ScratchDirectory Scratch;
  std::vector<int> Status;
  /// Units that crashed and are tried again with less.
  std::vector<bool> SecondTry;
};

/// In the child: never returns, and frees nothing.
void Pool::work(size_t Unit, const ScopeOptions &Options) const {
  UnitResult Result = extractUnit(Commands[Unit], Options);
  std::error_code EC;
  if (!Result.Diagnostics.empty()) {
    llvm::raw_fd_ostream OS(Scratch.file(Unit, "txt"), EC);
    OS << Result.Diagnostics;
  }
  if (Result.Summary)
    if (llvm::Error E =
            writeSummaryFile(*Result.Summary, Scratch.file(Unit, "nss"))) {
      llvm::errs() << "nostall: " << llvm::toString(std::move(E)) << "\n";
      _exit(2);
    }
  _exit(0);
}

pid_t Pool::start(size_t Unit) const {
  pid_t Child = fork();
  if (Child != 0)
    return Child;
  ScopeOptions Mine = Options;
  if (SecondTry[Unit])
    Mine.FlowGraphs = false;
  work(Unit, Mine);
}

void Pool::collect(size_t Unit, ExtractionResult &Result) const {
  UnitProblem Problem;
  Problem.File = Commands[Unit].Filename;
  if (auto Text = llvm::MemoryBuffer::getFile(Scratch.file(Unit, "txt")))
    Problem.Text = (*Text)->getBuffer().str();
  if (WIFSIGNALED(Status[Unit]))
    Problem.Text += fmt::format("the front end crashed: {}\n",
                                strsignal(WTERMSIG(Status[Unit])));
  llvm::Expected<LUSummary> Summary =
      readSummaryFile(Scratch.file(Unit, "nss"));
  if (Summary && SecondTry[Unit]) {
    Problem.Text += "the front end crashed; analysed without control flow\n";
    Result.Problems.push_back(Problem);
  }
  if (!Summary) {
    llvm::consumeError(Summary.takeError());
    Problem.Failed = true;
    if (Problem.Text.empty())
      Problem.Text = "the front end gave no result\n";
    Result.Problems.push_back(std::move(Problem));
    return;
  }
  if (!SecondTry[Unit] &&
      (Summary->Units.empty() || Summary->Units.front().NumErrors))
    Result.Problems.push_back(std::move(Problem));
  TUSummary Out;
  static_cast<SummaryTables &>(Out) = std::move(*Summary);
  Result.Summaries.push_back(std::move(Out));
}

ExtractionResult Pool::run(unsigned Jobs,
                           const std::function<void(llvm::StringRef)> &Done) {
  ExtractionResult Result;
  if (std::error_code EC = Scratch.error()) {
    Result.Problems.push_back(
        {"", "temporary directory: " + EC.message() + "\n", true});
    return Result;
  }
  Status.assign(Commands.size(), 0);
  SecondTry.assign(Commands.size(), false);
  std::map<pid_t, size_t> Running;
  std::deque<size_t> Waiting;
  for (size_t Unit = 0; Unit < Commands.size(); ++Unit)
    Waiting.push_back(Unit);
  while (!Waiting.empty() || !Running.empty()) {
    while (!Waiting.empty() && Running.size() < Jobs) {
      size_t Unit = Waiting.front();
      pid_t Child = start(Unit);
      // Out of processes: go on with those that run, or fail this one.
      if (Child < 0 && !Running.empty())
        break;
      Waiting.pop_front();
      if (Child < 0) {
        Result.Problems.push_back({Commands[Unit].Filename,
                                   fmt::format("fork: {}\n", strerror(errno)),
                                   true});
        Status[Unit] = -1;
        continue;
      }
      Running[Child] = Unit;
    }
    int ChildStatus = 0;
    pid_t Child = waitpid(-1, &ChildStatus, 0);
    auto It = Running.find(Child);
    if (It == Running.end())
      continue;
    size_t Unit = It->second;
    Running.erase(It);
    if (WIFSIGNALED(ChildStatus) && !SecondTry[Unit]) {
      SecondTry[Unit] = true;
      Waiting.push_front(Unit);
      continue;
    }
    Status[Unit] = ChildStatus;
    if (Done)
      Done(Commands[Unit].Filename);
  }
  for (size_t Unit = 0; Unit < Commands.size(); ++Unit)
    if (Status[Unit] != -1)
      collect(Unit, Result);
  return Result;
}

} // namespace

ExtractionResult
extractAll(llvm::ArrayRef<CompileCommand> Commands, const ScopeOptions &Options,
           unsigned Jobs, const std::function<void(llvm::StringRef)> &Done) {
  return Pool(Commands, Options).run(std::max(1u, Jobs), Done);
}

} // namespace nostall
