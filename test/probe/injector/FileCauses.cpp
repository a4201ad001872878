//===- FileCauses.cpp - a file system that answers late ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A disk is fast or slow as it likes; the FUSE file system of SlowFs.cpp
// answers at the deadline.
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace inject {
namespace {

constexpr size_t PageSize = 4096;
constexpr size_t MappedSize = 256 * PageSize;

std::string Folder;
pid_t Daemon = -1;
int ReadFile = -1;
int SyncFile = -1;
int MappedFile = -1;

std::string failed(const std::string &What) {
  return What + ": " + strerror(errno);
}

/// The daemon lies beside this program.
std::string daemonPath() {
  char Self[4096];
  const ssize_t Size = readlink("/proc/self/exe", Self, sizeof Self);
  const std::string_view Path(Self, Size > 0 ? static_cast<size_t>(Size) : 0);
  return std::string(Path.substr(0, Path.rfind('/') + 1)) + "inject-slowfs";
}

/// The daemon writes a byte when it has mounted; the pipe's end means failure.
bool startDaemon() {
  int Mounted[2];
  if (pipe2(Mounted, O_CLOEXEC) != 0)
    return false;
  const std::string Program = daemonPath();
  const std::string Deadline = std::to_string(sharedDeadlineFd());
  Daemon = fork();
  if (Daemon == 0) {
    const int Out = dup(Mounted[1]); // Without close-on-exec.
    execl(Program.c_str(), Program.c_str(), Folder.c_str(), Deadline.c_str(),
          std::to_string(Out).c_str(), nullptr);
    _exit(127);
  }
  close(Mounted[1]);
  char Byte = 0;
  const bool Good = Daemon > 0 && read(Mounted[0], &Byte, 1) == 1;
  close(Mounted[0]);
  return Good;
}

volatile char *Mapped = nullptr;

void unmapFile() {
  if (Mapped)
    munmap(const_cast<char *>(Mapped), MappedSize);
  Mapped = nullptr;
}

void unmount() {
  if (Folder.empty())
    return;
  unmapFile();
  // An open file would keep the file system mounted.
  for (const int File : {ReadFile, SyncFile, MappedFile})
    if (File >= 0)
      close(File);
  if (Daemon > 0) {
    kill(Daemon, SIGTERM);
    waitpid(Daemon, nullptr, 0);
  }
  rmdir(Folder.c_str());
  Folder.clear();
}

std::string mountFolder() {
  if (access(daemonPath().c_str(), X_OK) != 0)
    return "inject-slowfs was not built (libfuse3)";
  const char *Temporary = getenv("TMPDIR");
  Folder = std::string(Temporary ? Temporary : "/tmp") + "/injector-XXXXXX";
  if (!mkdtemp(Folder.data())) {
    const std::string Why = failed("mkdtemp");
    Folder.clear(); // Nothing to remove.
    return Why;
  }
  if (!startDaemon())
    return "FUSE: cannot mount";
  ReadFile = open((Folder + "/read").c_str(), O_RDONLY | O_CLOEXEC);
  SyncFile = open((Folder + "/sync").c_str(), O_WRONLY | O_CLOEXEC);
  MappedFile = open((Folder + "/mapped").c_str(), O_RDONLY | O_CLOEXEC);
  if (ReadFile < 0 || SyncFile < 0 || MappedFile < 0)
    return failed("FUSE: open");
  return "";
}

/// Returns why there is no such file system, or "". Three causes share it.
std::string mountOnce() {
  static bool Tried = false;
  static std::string Why;
  if (Tried)
    return Why;
  Tried = true;
  Why = mountFolder();
  if (!Why.empty())
    unmount();
  return Why;
}

INJECT_FRAME void stallInFileRead(Injection &I) {
  char Buffer[PageSize];
  const long Size =
      insist(I, [&] { return read(ReadFile, Buffer, sizeof Buffer); });
  if (Size != sizeof Buffer || Buffer[PageSize - 1] != 'f')
    I.Error = I.Error ? I.Error : EPROTO;
}

INJECT_FRAME void stallInFileSync(Injection &I) {
  insist(I, [] { return fsync(SyncFile); });
}

/// The pages must be out of the page cache: that works while none is mapped.
void mapAnew(Injection &I) {
  unmapFile();
  posix_fadvise(MappedFile, 0, 0, POSIX_FADV_DONTNEED);
  void *Memory =
      mmap(nullptr, MappedSize, PROT_READ, MAP_SHARED, MappedFile, 0);
  if (Memory == MAP_FAILED) {
    I.Error = errno;
  } else {
    madvise(Memory, MappedSize, MADV_RANDOM);
    Mapped = static_cast<char *>(Memory);
  }
  helper::ready();
}

INJECT_FRAME void stallInMappedFile(Injection &I) {
  if (Mapped && Mapped[PageSize * (I.Id % 256)] != 'f')
    I.Error = EPROTO;
}

} // namespace

Cause fileRead() {
  return {.Name = "file-read",
          .Function = "stallInFileRead",
          .Expected = "file",
          .SetUp = mountOnce,
          .Stall = stallInFileRead,
          .TearDown = unmount};
}

Cause fileSync() {
  return {.Name = "fsync",
          .Function = "stallInFileSync",
          .Expected = "file",
          .SetUp = mountOnce,
          .Stall = stallInFileSync,
          .TearDown = unmount};
}

Cause mappedFile() {
  return {.Name = "mapped-file",
          .Function = "stallInMappedFile",
          .Expected = "page-fault",
          .SetUp = mountOnce,
          .Stall = stallInMappedFile,
          .Assist = mapAnew,
          .TearDown = unmount};
}

} // namespace inject
