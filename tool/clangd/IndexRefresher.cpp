//===- IndexRefresher.cpp - keeps a project's index fresh -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clangd/IndexRefresher.h"

#include "engine/extract/ProjectRoot.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

/// Editors save several files at once, and some save twice.
static constexpr std::chrono::milliseconds Settle(300);
static constexpr std::chrono::seconds LockRetry(1);

static void log(const llvm::Twine &Text) {
  // One write: clangd's threads log as well.
  std::string Line = ("nostall: " + Text + "\n").str();
  llvm::errs() << Line;
}

static bool isHeader(llvm::StringRef File) {
  static constexpr llvm::StringLiteral Known[] = {
      "", ".h", ".hh", ".hpp", ".hxx", ".h++", ".H", ".inl", ".inc", ".ipp",
      ".tcc"};
  return llvm::is_contained(Known, path::extension(File));
}

static bool isSource(llvm::StringRef File) {
  static constexpr llvm::StringLiteral Known[] = {".c",   ".cc", ".cpp", ".cxx",
                                                  ".c++", ".C",  ".cp",  ".ixx",
                                                  ".cppm"};
  return llvm::is_contained(Known, path::extension(File));
}

static std::string stateFile(llvm::StringRef Root, llvm::StringRef Name) {
  llvm::SmallString<256> File(Root);
  path::append(File, ".nostall", Name);
  return std::string(File);
}

/// Whether a file of the project has changed after its index was written, or
/// there is no index that can be used.
static bool isIndexOld(const std::string &Root) {
  std::string Index = stateFile(Root, StateIndex);
  fs::file_status Written;
  if (fs::status(Index, Written))
    return true;
  llvm::Expected<LUSummary> Program = readSummaryFile(Index);
  if (!Program) {
    log(llvm::toString(Program.takeError()));
    return true;
  }
  return llvm::any_of(Program->Files, [&](const std::string &File) {
    // Absolute names are other people's headers.
    if (File.empty() || path::is_absolute(File))
      return false;
    llvm::SmallString<256> Full(Root);
    path::append(Full, File);
    fs::file_status Now;
    return fs::status(Full, Now) || Now.getLastModificationTime() >
                                        Written.getLastModificationTime();
  });
}

IndexRefresher::IndexRefresher(Options Given) : O(std::move(Given)) {
  Worker = std::thread([this] { work(); });
}

IndexRefresher::~IndexRefresher() {
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    Stopping = true;
    if (Child)
      kill(-Child, SIGTERM);
  }
  Changed.notify_all();
  Worker.join();
}

void IndexRefresher::onFile(const FileEvent &Event) {
  std::string Root = findProjectRoot(path::parent_path(Event.Path));
  if (!projectStateFolder(Root))
    return;
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    if (Event.What == FileEvent::Kind::Opened) {
      if (!Known.insert(Root).second)
        return;
      Tasks[Root].IfOld = true;
    } else if (isSource(Event.Path)) {
      Tasks[Root].Files.insert(Event.Path);
    } else if (isHeader(Event.Path)) {
      Tasks[Root].All = true;
    } else {
      return;
    }
  }
  Changed.notify_all();
}

void IndexRefresher::work() {
  sigset_t Signals;
  sigfillset(&Signals);
  pthread_sigmask(SIG_BLOCK, &Signals, nullptr);
  std::unique_lock<std::mutex> Lock(Mutex);
  while (!Stopping) {
    if (Tasks.empty()) {
      Changed.wait(Lock);
      continue;
    }
    Changed.wait_for(Lock, Settle, [&] { return Stopping; });
    if (Stopping)
      return;
    auto Next = Tasks.extract(Tasks.begin());
    Lock.unlock();
    bool Fresh = refresh(Next.key(), Next.mapped());
    if (Fresh)
      O.OnRefreshed(Next.key());
    Lock.lock();
  }
}

bool IndexRefresher::refresh(const std::string &Root, const Task &T) {
  bool All = T.All || (T.IfOld && isIndexOld(Root)) ||
             !fs::exists(stateFile(Root, StateIndex));
  if (!All && T.Files.empty())
    return false;
  int LockFile = open(stateFile(Root, "lock").c_str(),
                      O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (LockFile < 0) {
    log(Root + ": the index is not refreshed: .nostall/lock: " +
        strerror(errno));
    return false;
  }
  bool Waited = false;
  while (flock(LockFile, LOCK_EX | LOCK_NB) != 0) {
    Waited = true;
    std::unique_lock<std::mutex> Lock(Mutex);
    if (Changed.wait_for(Lock, LockRetry, [&] { return Stopping; })) {
      close(LockFile);
      return false;
    }
  }
  // Another editor may just have done it.
  int Exit = 0;
  if (!Waited || !T.IfOld || !T.Files.empty() || isIndexOld(Root))
    Exit = run(Root, All ? std::set<std::string>() : T.Files);
  close(LockFile);
  if (Exit > 1)
    log(Root + ": the index may be incomplete; see .nostall/refresh.log");
  return Exit >= 0;
}

/// Gives the exit code, or -1 where there is none.
int IndexRefresher::run(const std::string &Root,
                        const std::set<std::string> &Files) {
  std::vector<std::string> Args = {O.Nostall, "check", "--quiet", "--root",
                                   Root, "--update-index",
                                   stateFile(Root, StateIndex)};
  if (!O.BuildFolder.empty())
    Args.insert(Args.end(), {"-p", O.BuildFolder});
  Args.insert(Args.end(), Files.begin(), Files.end());
  std::vector<char *> Argv;
  for (std::string &Arg : Args)
    Argv.push_back(Arg.data());
  Argv.push_back(nullptr);

  posix_spawn_file_actions_t Actions;
  posix_spawn_file_actions_init(&Actions);
  posix_spawn_file_actions_addchdir_np(&Actions, Root.c_str());
  posix_spawn_file_actions_addopen(&Actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&Actions, 1,
                                   stateFile(Root, "refresh.log").c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawn_file_actions_adddup2(&Actions, 1, 2);
  posix_spawnattr_t Attributes;
  posix_spawnattr_init(&Attributes);
  // A group of its own, so that all of it can be ended; no signal blocked.
  sigset_t None;
  sigemptyset(&None);
  posix_spawnattr_setsigmask(&Attributes, &None);
  posix_spawnattr_setpgroup(&Attributes, 0);
  posix_spawnattr_setflags(&Attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  pid_t Pid;
  int Error;
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    Error = Stopping ? ECANCELED
                     : posix_spawnp(&Pid, O.Nostall.c_str(), &Actions,
                                    &Attributes, Argv.data(), environ);
    if (!Error)
      Child = Pid;
  }
  posix_spawnattr_destroy(&Attributes);
  posix_spawn_file_actions_destroy(&Actions);
  if (Error) {
    if (Error != ECANCELED)
      log(O.Nostall + ": " + strerror(Error));
    return -1;
  }
  // What it forks inherits this.
  setpriority(PRIO_PROCESS, Pid, 19);
  int Status = 0;
  while (waitpid(Pid, &Status, 0) < 0 && errno == EINTR)
    ;
  std::lock_guard<std::mutex> Lock(Mutex);
  Child = 0;
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : -1;
}

} // namespace nostall
