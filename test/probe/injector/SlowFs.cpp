//===- SlowFs.cpp - a FUSE file system that answers late --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: inject-slowfs FOLDER DEADLINE-FD MOUNTED-FD
//
// Three files: `read` (each read comes from here), `mapped` (through the page
// cache) and `sync`. A read or fsync is answered at the deadline that the
// injector keeps in shared memory. One thread, which waits in a blocking read
// of /dev/fuse: with a poll it could be taken for an event loop.
//
//===----------------------------------------------------------------------===//

#define FUSE_USE_VERSION 31

#include "Clock.h"
#include "Helper.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fuse.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace {

constexpr off_t FileSize = 1L << 40;
const inject::SharedDeadline *Deadline = nullptr;

void answerLate() { inject::sleepUntil(Deadline->Ns); }

int getAttributes(const char *Path, struct stat *Result, fuse_file_info *) {
  *Result = {};
  const std::string_view Name(Path);
  if (Name == "/") {
    Result->st_mode = S_IFDIR | 0755;
    Result->st_nlink = 2;
    return 0;
  }
  if (Name != "/read" && Name != "/mapped" && Name != "/sync")
    return -ENOENT;
  Result->st_mode = S_IFREG | 0644;
  Result->st_nlink = 1;
  Result->st_uid = geteuid();
  Result->st_gid = getegid();
  Result->st_size = FileSize;
  return 0;
}

int openFile(const char *Path, fuse_file_info *Info) {
  // Past the page cache, else the second read would be fast.
  Info->direct_io = std::string_view(Path) == "/read";
  return 0;
}

int readFile(const char *, char *Buffer, size_t Size, off_t, fuse_file_info *) {
  answerLate();
  memset(Buffer, 'f', Size);
  return static_cast<int>(Size);
}

int writeFile(const char *, const char *, size_t Size, off_t,
              fuse_file_info *) {
  return static_cast<int>(Size);
}

int syncFile(const char *, int, fuse_file_info *) {
  answerLate();
  return 0;
}

void *initialize(fuse_conn_info *, fuse_config *Config) {
  // Else a stall of the kernel asking again would be mixed with ours.
  Config->attr_timeout = 3600;
  Config->entry_timeout = 3600;
  return nullptr;
}

} // namespace

int main(int ArgumentCount, char **Arguments) {
  if (ArgumentCount != 4) {
    fprintf(stderr, "usage: inject-slowfs FOLDER DEADLINE-FD MOUNTED-FD\n");
    return 2;
  }
  // An injector that dies must not leave a mounted folder behind.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  void *Memory = mmap(nullptr, sizeof(inject::SharedDeadline), PROT_READ,
                      MAP_SHARED, atoi(Arguments[2]), 0);
  if (Memory == MAP_FAILED) {
    perror("inject-slowfs: mmap");
    return 1;
  }
  Deadline = static_cast<inject::SharedDeadline *>(Memory);

  fuse_operations Operations{};
  Operations.getattr = getAttributes;
  Operations.open = openFile;
  Operations.read = readFile;
  Operations.write = writeFile;
  Operations.fsync = syncFile;
  Operations.init = initialize;
  char *Name[] = {Arguments[0], nullptr};
  fuse_args Options = FUSE_ARGS_INIT(1, Name);
  fuse *Fuse = fuse_new(&Options, &Operations, sizeof Operations, nullptr);
  if (!Fuse || fuse_mount(Fuse, Arguments[1]) != 0)
    return 1;
  fuse_set_signal_handlers(fuse_get_session(Fuse));
  const int Mounted = atoi(Arguments[3]);
  const bool Told = write(Mounted, "m", 1) == 1;
  close(Mounted);
  if (Told)
    fuse_loop(Fuse);
  fuse_unmount(Fuse);
  fuse_destroy(Fuse);
  return Told ? 0 : 1;
}
