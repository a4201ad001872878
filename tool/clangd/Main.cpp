//===- Main.cpp - the nostall-clangd program --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clangd with nostall's checks built in: all of clangd's options, files and
// messages, and one option of ours. docs/editor.md says how it is used,
// docs/adr/0012-editor.md why it is made this way.
//
//===----------------------------------------------------------------------===//

#include "clangd/DocLinks.h"
#include "clangd/IndexRefresher.h"
#include "clangd/Transport.h"
#include "tidy-plugin/ProgramSolver.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

// clangd's main; its header is not installed.
namespace clang::clangd {
int clangdMain(int argc, char *argv[]);
}

namespace nostall {
namespace {

llvm::cl::opt<bool> RefreshIndex(
    "nostall-refresh",
    llvm::cl::desc("Keep the index in the project's folder .nostall up to date "
                   "by running nostall in the background"),
    llvm::cl::init(true));

/// clangd's parser has read the options when the first file is opened; this
/// one is clangd's own and cannot be asked for there.
std::string buildFolder(int Argc, char **Argv) {
  for (int I = 1; I < Argc; ++I) {
    llvm::StringRef Arg = Argv[I];
    if (!Arg.consume_front("--") && !Arg.consume_front("-"))
      continue;
    if (Arg.consume_front("compile-commands-dir=")) {
      llvm::SmallString<256> Folder(Arg);
      llvm::sys::fs::make_absolute(Folder);
      return std::string(Folder);
    }
  }
  return "";
}

/// clangd looks for Clang's own headers beside itself, where they are not;
/// without them it finds no <stddef.h>. Gives the option that names them, or
/// nothing where the user has.
std::string resourceOption(int Argc, char **Argv) {
  constexpr llvm::StringLiteral Option = "--resource-dir=";
  for (int I = 1; I < Argc; ++I)
    if (llvm::StringRef(Argv[I]).contains(Option.drop_front(1)))
      return "";
  const char *Flags = std::getenv("CLANGD_FLAGS");
  if (Flags && llvm::StringRef(Flags).contains(Option.drop_front(1)))
    return "";
  return (Option + NOSTALL_CLANG_RESOURCE_DIR).str();
}

/// nostall stands beside this program, or is found by PATH.
std::string nostallProgram(llvm::StringRef Self) {
  llvm::SmallString<256> Beside(llvm::sys::path::parent_path(Self));
  llvm::sys::path::append(Beside, "nostall");
  return llvm::sys::fs::can_execute(Beside) ? std::string(Beside) : "nostall";
}

/// What lives beside clangd.
class Companion {
public:
  Companion(int Argc, char **Argv)
      : Self(llvm::sys::fs::getMainExecutable(Argv[0], nullptr)),
        DocBase(docBase(Self)), Build(buildFolder(Argc, Argv)),
        Wire({[this](const FileEvent &Event) { onFile(Event); },
              [this](llvm::StringRef Json) {
                return relinkDocs(Json, DocBase);
              }}) {}

  llvm::Error start() { return Wire.start(); }

  /// Ends a refresh that is under way and hands on clangd's last words.
  void finish() {
    std::fflush(stdout);
    ProgramSolver::instance().stop();
    {
      std::lock_guard<std::mutex> Lock(Mutex);
      Finished = true;
      Refresher.reset();
    }
    Wire.finish();
  }

private:
  void onFile(const FileEvent &Event) {
    std::lock_guard<std::mutex> Lock(Mutex);
    if (Finished)
      return;
    // Not before there is a client that waits for news (clangd --check).
    if (!std::exchange(HasClient, true))
      ProgramSolver::instance().solveInBackground(
          [this](const std::string &File) { Wire.rebuild(File); });
    if (!RefreshIndex)
      return;
    if (!Refresher)
      Refresher.emplace(IndexRefresher::Options{
          nostallProgram(Self), Build,
          [this](const std::string &Root) { Wire.rebuild(Root); }});
    Refresher->onFile(Event);
  }

  std::string Self;
  std::string DocBase;
  std::string Build;
  Transport Wire;
  std::mutex Mutex;
  bool Finished = false;
  bool HasClient = false;
  std::optional<IndexRefresher> Refresher; ///< From the first file on.
};

} // namespace
} // namespace nostall

int main(int Argc, char **Argv) {
  // Never destroyed: a thread waits in it for the client. What must be ended is
  // ended below, also where clangd leaves by exit(), as after --version.
  static auto *Beside = new nostall::Companion(Argc, Argv);
  if (llvm::Error E = Beside->start()) {
    llvm::errs() << "nostall-clangd: error: " << llvm::toString(std::move(E))
                 << '\n';
    return 2;
  }
  std::atexit([] { Beside->finish(); });

  std::vector<char *> Args(Argv, Argv + Argc);
  std::string Resources = nostall::resourceOption(Argc, Argv);
  if (!Resources.empty())
    Args.insert(Args.begin() + 1, Resources.data());
  return clang::clangd::clangdMain(Args.size(), Args.data());
}
