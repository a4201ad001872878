//===- ExtractionPool.cpp - all units, in parallel --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/ExtractionPool.h"

#include "engine/run/FrontEnd.h"
#include "engine/run/InputRecorder.h"
#include "engine/run/TemporaryFolder.h"
#include "engine/run/UnitExtractor.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/ADT/STLExtras.h"
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
  Pool(llvm::ArrayRef<CompileCommand> Commands, const ScopeOptions &Scope,
       const ExtractionOptions &Options)
      : Commands(Commands), Scope(Scope), Options(Options),
        Jobs(std::max(1u, Options.Jobs)), Status(Commands.size()),
        SecondTry(Commands.size()), Keys(Commands.size()),
        Kept(Commands.size()), FromCache(Commands.size()) {}
  ExtractionResult run();

private:
  void findKept(std::deque<size_t> &Waiting);
  void extract(std::deque<size_t> Waiting, ExtractionResult &Result);
  pid_t start(size_t Unit);
  [[noreturn]] void work(size_t Unit, const ScopeOptions &Scope);
  void keep(size_t Unit, const UnitResult &Made, const cache::Inputs &Read);
  void learn(size_t Unit);
  cache::ContentKey keyOfAll() const;
  std::optional<LUSummary> load(size_t Unit);
  void collect(size_t Unit, ExtractionResult &Result);
  void done(size_t Unit) const {
    if (Options.Done)
      Options.Done(Commands[Unit].Filename);
  }

  llvm::ArrayRef<CompileCommand> Commands;
  const ScopeOptions &Scope;
  const ExtractionOptions &Options;
  const unsigned Jobs;
  ScratchDirectory Scratch;
  std::vector<int> Status;
  /// Units that crashed and are tried again with less.
  std::vector<bool> SecondTry;
  // With a cache:
  std::vector<cache::ContentKey> Keys;
  /// From the cache, or put there by a child of this run.
  std::vector<std::optional<cache::CachedUnit>> Kept;
  std::vector<bool> FromCache;
  bool HasChanged = false; ///< Files, while we ran.
};

//===----------------------------------------------------------------------===//
// In the child
//===----------------------------------------------------------------------===//

/// Into the cache; and a note for the parent of what it depends on.
void Pool::keep(size_t Unit, const UnitResult &Made,
                const cache::Inputs &Read) {
  std::string Bytes = serialize(*Made.Summary);
  cache::CachedUnit Result{cache::keyOf(Bytes), Made.Diagnostics};
  cache::ByteWriter Inputs;
  Read.write(Inputs);
  Options.Cache->add(Keys[Unit], Result, Inputs.bytes(), Bytes);
  std::error_code EC;
  if (std::string Problem = Options.Cache->store().problem();
      !Problem.empty()) {
    llvm::raw_fd_ostream(Scratch.file(Unit, "bad"), EC) << Problem;
    return;
  }
  cache::ByteWriter Note;
  Note.put(Result.Summary).putText(Inputs.bytes());
  llvm::raw_fd_ostream(Scratch.file(Unit, "dep"), EC) << Note.bytes();
}

/// Never returns, and frees nothing.
void Pool::work(size_t Unit, const ScopeOptions &Mine) {
  llvm::IntrusiveRefCntPtr<InputRecorder> Files;
  if (Options.Cache)
    Files = llvm::makeIntrusiveRefCnt<InputRecorder>();
  UnitResult Result = extractUnit(Commands[Unit], Mine, Files);
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
  // What the front end crashed on is tried anew each time.
  if (Result.Summary && Files && !SecondTry[Unit])
    if (const cache::Inputs *Read = Files->inputs())
      keep(Unit, Result, *Read);
  _exit(0);
}

//===----------------------------------------------------------------------===//
// In the parent
//===----------------------------------------------------------------------===//

pid_t Pool::start(size_t Unit) {
  pid_t Child = fork();
  if (Child != 0)
    return Child;
  ScopeOptions Mine = Scope;
  if (SecondTry[Unit])
    Mine.FlowGraphs = false;
  work(Unit, Mine);
}

/// Leaves in \p Waiting what has to be extracted.
void Pool::findKept(std::deque<size_t> &Waiting) {
  for (size_t Unit = 0; Unit < Commands.size(); ++Unit) {
    const CompileCommand &C = Commands[Unit];
    if (Options.Cache) {
      Keys[Unit] = Options.Cache->key(C.Directory, C.Filename, C.CommandLine);
      Kept[Unit] = Options.Cache->find(Keys[Unit]);
    }
    FromCache[Unit] = Kept[Unit].has_value();
    if (FromCache[Unit])
      done(Unit);
    else
      Waiting.push_back(Unit);
  }
}

/// What the child has left for the cache.
void Pool::learn(size_t Unit) {
  if (!Options.Cache)
    return;
  if (auto Problem = llvm::MemoryBuffer::getFile(Scratch.file(Unit, "bad")))
    Options.Cache->store().noteProblem((*Problem)->getBuffer().str());
  auto Note = llvm::MemoryBuffer::getFile(Scratch.file(Unit, "dep"));
  if (!Note)
    return;
  Options.Cache->store().noteWritten();
  cache::ByteReader In((*Note)->getBuffer());
  cache::CachedUnit Made;
  Made.Summary = In.get<cache::ContentKey>();
  cache::ByteReader Read(In.getText());
  if (!Options.Cache->files().hold(Read) || !In.atEnd()) {
    HasChanged = true;
    return;
  }
  if (auto Text = llvm::MemoryBuffer::getFile(Scratch.file(Unit, "txt")))
    Made.Diagnostics = (*Text)->getBuffer().str();
  Kept[Unit] = std::move(Made);
}

cache::ContentKey Pool::keyOfAll() const {
  cache::KeyBuilder Key;
  for (size_t Unit = 0; Unit < Commands.size(); ++Unit) {
    if (!Kept[Unit] || HasChanged)
      return {};
    Key.add(Commands[Unit].Filename)
        .add(Kept[Unit]->Summary)
        .add(Kept[Unit]->Diagnostics);
  }
  return Key.finish();
}

/// What the cache or the child has left.
std::optional<LUSummary> Pool::load(size_t Unit) {
  llvm::Expected<LUSummary> Summary =
      readSummaryFile(Scratch.file(Unit, "nss"));
  if (Summary)
    return std::move(*Summary);
  llvm::consumeError(Summary.takeError());
  if (!Kept[Unit])
    return std::nullopt;
  if (std::optional<std::string> Bytes = Options.Cache->summary(*Kept[Unit])) {
    Summary = deserialize(*Bytes, Commands[Unit].Filename);
    if (Summary)
      return std::move(*Summary);
    llvm::consumeError(Summary.takeError());
    Options.Cache->forget(*Kept[Unit]);
  }
  return std::nullopt;
}

void Pool::collect(size_t Unit, ExtractionResult &Result) {
  UnitProblem Problem;
  Problem.File = Commands[Unit].Filename;
  if (auto Text = llvm::MemoryBuffer::getFile(Scratch.file(Unit, "txt")))
    Problem.Text = (*Text)->getBuffer().str();
  else if (Kept[Unit])
    Problem.Text = Kept[Unit]->Diagnostics;
  if (WIFSIGNALED(Status[Unit]))
    Problem.Text += fmt::format("the front end crashed: {}\n",
                                strsignal(WTERMSIG(Status[Unit])));
  std::optional<LUSummary> Summary = load(Unit);
  if (Summary && SecondTry[Unit]) {
    Problem.Text += "the front end crashed; analysed without control flow\n";
    Result.Problems.push_back(Problem);
  }
  if (!Summary) {
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

void Pool::extract(std::deque<size_t> Waiting, ExtractionResult &Result) {
  std::map<pid_t, size_t> Running;
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
    learn(Unit);
    done(Unit);
  }
}

ExtractionResult Pool::run() {
  ExtractionResult Result;
  if (std::error_code EC = Scratch.error()) {
    Result.Problems.push_back(
        {"", "temporary directory: " + EC.message() + "\n", true});
    return Result;
  }
  std::deque<size_t> Waiting;
  findKept(Waiting);
  extract(std::move(Waiting), Result);
  Result.Reused = llvm::count(FromCache, true);
  Result.Key = keyOfAll();
  if (Result.Key && Options.IsKnown && Options.IsKnown(Result.Key)) {
    Result.Known = true;
    return Result;
  }
  for (size_t Unit = 0; Unit < Commands.size(); ++Unit) {
    if (Status[Unit] == -1)
      continue;
    size_t Before = Result.Summaries.size();
    size_t Problems = Result.Problems.size();
    collect(Unit, Result);
    if (Result.Summaries.size() > Before || !FromCache[Unit])
      continue;
    // Damaged in the cache, or taken out meanwhile.
    Result.Problems.resize(Problems);
    --Result.Reused;
    Kept[Unit].reset();
    extract({Unit}, Result);
    Result.Key = keyOfAll();
    if (Status[Unit] != -1)
      collect(Unit, Result);
  }
  return Result;
}

} // namespace

ExtractionResult extractAll(llvm::ArrayRef<CompileCommand> Commands,
                            const ScopeOptions &Scope,
                            const ExtractionOptions &Options) {
  return Pool(Commands, Scope, Options).run();
}

void addScope(cache::KeyBuilder &Key, const ScopeOptions &Scope) {
  for (const std::vector<std::string> *List :
       {&Scope.Roots, &Scope.VendoredDirectories, &Scope.SkipBodies}) {
    Key.add(static_cast<uint64_t>(List->size()));
    for (const std::string &Text : *List)
      Key.add(Text);
  }
  Key.add(static_cast<uint64_t>(Scope.FlowGraphs))
      .add(static_cast<uint64_t>(Scope.Deep))
      .add(clangResourceDirectory());
}

} // namespace nostall
