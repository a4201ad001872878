//===- ExtractionPool.cpp - all units, in parallel --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/ExtractionPool.h"

#include "engine/run/UnitExtractor.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

using clang::tooling::CompileCommand;

namespace nostall {
namespace {

/// A temporary directory that goes away with its owner.
class ScratchDirectory {
public:
  ScratchDirectory() {
    Error = llvm::sys::fs::createUniqueDirectory("nostall", Path);
  }
  ~ScratchDirectory() {
    if (!Error)
      llvm::sys::fs::remove_directories(Path);
  }
  ScratchDirectory(const ScratchDirectory &) = delete;

  std::string file(size_t Unit, const char *Suffix) const {
    return fmt::format("{}/{}.{}", Path.str().str(), Unit, Suffix);
  }
  std::error_code Error;

private:
  llvm::SmallString<128> Path;
};

class Pool {
public:
  Pool(llvm::ArrayRef<CompileCommand> Commands, const ScopeOptions &Options)
      : Commands(Commands), Options(Options) {}
  ExtractionResult run(unsigned Jobs,
                       const std::function<void(llvm::StringRef)> &Done);

private:
  pid_t start(size_t Unit) const;
  [[noreturn]] void work(size_t Unit) const;
  void collect(size_t Unit, ExtractionResult &Result) const;

  llvm::ArrayRef<CompileCommand> Commands;
  const ScopeOptions &Options;
  ScratchDirectory Scratch;
  std::vector<int> Status;
};

/// In the child: never returns, and frees nothing.
void Pool::work(size_t Unit) const {
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
  if (Child == 0)
    work(Unit);
  return Child;
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
  if (!Summary) {
    llvm::consumeError(Summary.takeError());
    Problem.Failed = true;
    if (Problem.Text.empty())
      Problem.Text = "the front end gave no result\n";
    Result.Problems.push_back(std::move(Problem));
    return;
  }
  if (Summary->Units.empty() || Summary->Units.front().NumErrors)
    Result.Problems.push_back(std::move(Problem));
  TUSummary Out;
  static_cast<SummaryTables &>(Out) = std::move(*Summary);
  Result.Summaries.push_back(std::move(Out));
}

ExtractionResult Pool::run(unsigned Jobs,
                           const std::function<void(llvm::StringRef)> &Done) {
  ExtractionResult Result;
  if (Scratch.Error) {
    Result.Problems.push_back(
        {"", "temporary directory: " + Scratch.Error.message() + "\n", true});
    return Result;
  }
  Status.assign(Commands.size(), 0);
  std::map<pid_t, size_t> Running;
  size_t Next = 0;
  while (Next < Commands.size() || !Running.empty()) {
    while (Next < Commands.size() && Running.size() < Jobs) {
      pid_t Child = start(Next);
      if (Child < 0) {
        // Out of processes: go on with those that run, or fail this one.
        if (!Running.empty())
          break;
        Result.Problems.push_back({Commands[Next].Filename,
                                   fmt::format("fork: {}\n", strerror(errno)),
                                   true});
        Status[Next++] = -1;
        continue;
      }
      Running[Child] = Next++;
    }
    int ChildStatus = 0;
    pid_t Child = waitpid(-1, &ChildStatus, 0);
    auto It = Running.find(Child);
    if (It == Running.end())
      continue;
    Status[It->second] = ChildStatus;
    if (Done)
      Done(Commands[It->second].Filename);
    Running.erase(It);
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
