//===- TemporaryFolder.cpp - a folder that goes with its owner --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/TemporaryFolder.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <iterator>
#include <sys/wait.h>
#include <unistd.h>

namespace nostall {
namespace {

constexpr int Signals[] = {SIGHUP, SIGINT, SIGTERM};
struct sigaction Before[std::size(Signals)];

/// For the handler, which may not look into an object.
struct Doomed {
  std::atomic<pid_t> Owner = 0; ///< Set last, cleared first.
  char Path[4096];
};
Doomed Folders[4];
unsigned InUse = 0;

void removeFolder(const char *Path) {
  pid_t Child = fork();
  if (Child == 0) {
    execl("/bin/rm", "rm", "-rf", "--", Path, static_cast<char *>(nullptr));
    _exit(127);
  }
  if (Child > 0)
    waitpid(Child, nullptr, 0);
}

/// Makes only calls that a handler may make.
void removeAndDie(int Signal) {
  for (Doomed &D : Folders)
    if (D.Owner == getpid())
      removeFolder(D.Path);
  signal(Signal, SIG_DFL);
  raise(Signal);
}

void watchSignals() {
  for (size_t I = 0; I < std::size(Signals); ++I) {
    struct sigaction Action = {};
    Action.sa_handler = removeAndDie;
    sigaction(Signals[I], &Action, &Before[I]);
    // Whoever started us wanted it ignored (nohup).
    if (Before[I].sa_handler == SIG_IGN)
      sigaction(Signals[I], &Before[I], nullptr);
  }
}

void unwatchSignals() {
  for (size_t I = 0; I < std::size(Signals); ++I)
    sigaction(Signals[I], &Before[I], nullptr);
}

} // namespace

TemporaryFolder::TemporaryFolder(llvm::StringRef Prefix) {
  llvm::SmallString<128> Made;
  Error = llvm::sys::fs::createUniqueDirectory(Prefix, Made);
  if (Error)
    return;
  llvm::sys::fs::make_absolute(Made);
  Path = std::string(Made);
  for (size_t I = 0; I < std::size(Folders) && Slot < 0; ++I) {
    if (Folders[I].Owner || Path.size() >= sizeof(Folders[I].Path))
      continue;
    if (InUse++ == 0)
      watchSignals();
    memcpy(Folders[I].Path, Path.c_str(), Path.size() + 1);
    Folders[I].Owner = getpid();
    Slot = static_cast<int>(I);
  }
}

TemporaryFolder::~TemporaryFolder() {
  if (Error)
    return;
  if (std::error_code EC = llvm::sys::fs::remove_directories(Path))
    llvm::errs() << "nostall: " << Path << ": not removed: " << EC.message()
                 << '\n';
  if (Slot < 0)
    return;
  Folders[Slot].Owner = 0;
  if (--InUse == 0)
    unwatchSignals();
}

} // namespace nostall
