//===- calls/files.cpp - files, in all the ways -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a handler may do with files and directories: each result, each errno and
// the contents at the end are those without a probe.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <ftw.h>
#include <glob.h>
#include <string>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/statvfs.h>
#include <sys/uio.h>

static void moveData() {
  char Text[64] = "";
  int Ends[2], File = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
  int Copy = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  struct iovec Parts[] = {{(void *)"one ", 4}, {(void *)"two ", 4}};
  loff_t From = 0, To = 2;
  INSIST(pipe(Ends) == 0);
  SHOW(writev(File, Parts, 2));
  SHOW(pwritev2(File, Parts, 2, -1, 0));
  SHOW(pwrite(File, "THREE", 5, 3));
  SHOW(fsync(File));
  SHOW(fdatasync(File));
  SHOW(sync_file_range(File, 0, 4, SYNC_FILE_RANGE_WRITE));
  SHOW(posix_fadvise(File, 0, 0, POSIX_FADV_WILLNEED));
  SHOW(copy_file_range(File, &From, Copy, &To, 5, 0));
  SHOW(sendfile(Copy, File, nullptr, 3));
  From = 0;
  SHOW(sendfile(Copy, File, &From, 3));
  SHOW(splice(File, &From, Ends[1], nullptr, 6, 0));
  SHOW(tee(Ends[0], Ends[1], 6, SPLICE_F_NONBLOCK));
  SHOW(vmsplice(Ends[1], Parts, 2, 0));
  SHOW(read(Ends[0], Text, sizeof Text) > 0);
  say("%s", Text);
  memset(Text, 0, sizeof Text);
  SHOW(pread(Copy, Text, sizeof Text - 1, 0));
  for (char &Letter : Text)
    Letter = Letter ? Letter : '.';
  say("%.20s", Text);
  for (int Number : {Ends[0], Ends[1], File, Copy})
    close(Number);
}

static void changeNames() {
  struct stat Status;
  struct statx More;
  char Target[64] = "";
  SHOW(rename("data", "renamed"));
  SHOW(link("renamed", "linked"));
  SHOW(symlink("renamed", "symbolic"));
  SHOW(readlink("symbolic", Target, sizeof Target));
  SHOW(lstat("symbolic", &Status));
  SHOW(stat("linked", &Status));
  say("links %lu size %ld", (unsigned long)Status.st_nlink,
      (long)Status.st_size);
  SHOW(statx(AT_FDCWD, "renamed", 0, STATX_SIZE, &More));
  SHOW(access("missing", F_OK));
  SHOW(faccessat(AT_FDCWD, "renamed", R_OK, AT_EACCESS));
  SHOW(chmod("renamed", 0640));
  SHOW(truncate("linked", 3));
  SHOW(renameat2(AT_FDCWD, "linked", AT_FDCWD, "renamed", RENAME_NOREPLACE));
  struct timespec Times[2] = {{1, 2}, {3, 4}};
  SHOW(utimensat(AT_FDCWD, "renamed", Times, 0));
  SHOW(mkdir("directory", 0700));
  SHOW(mkdir("directory", 0700));
  SHOW(rmdir("."));
  SHOW(unlink("directory"));
  struct statvfs Space;
  SHOW(statvfs(".", &Space));
  char Pattern[] = "temporary-XXXXXX";
  int File = mkstemp(Pattern);
  SHOW(File >= 0 && unlink(Pattern) == 0 && close(File) == 0);
}

static void listNames() {
  struct dirent **Names = nullptr;
  int Number = SHOW(scandir(".", &Names, nullptr, alphasort));
  for (int At = 0; At < Number; ++At) {
    say("%s", Names[At]->d_name);
    free(Names[At]);
  }
  free(Names);
  glob_t Found;
  SHOW(glob("*e*", 0, nullptr, &Found));
  say("matches %zu", Found.gl_pathc);
  globfree(&Found);
  SHOW(nftw(
      ".",
      [](const char *, const struct stat *, int, struct FTW *) { return 0; }, 4,
      FTW_PHYS));
  char *Resolved = realpath("symbolic", nullptr);
  say("%s", Resolved);
  free(Resolved);
}

static void watch() {
  alignas(struct inotify_event) char Events[512];
  int Watcher = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  SHOW(inotify_add_watch(Watcher, "directory", IN_CREATE | IN_DELETE));
  SHOW(read(Watcher, Events, sizeof Events));
  int File = creat("directory/seen", 0600);
  close(File);
  SHOW(unlink("directory/seen"));
  SHOW(read(Watcher, Events, sizeof Events));
  close(Watcher);
}

static void lockAndMap() {
  int File = open("renamed", O_RDWR);
  SHOW(flock(File, LOCK_EX | LOCK_NB));
  int Other = open("renamed", O_RDWR);
  SHOW(flock(Other, LOCK_EX | LOCK_NB));
  SHOW(flock(File, LOCK_UN));
  SHOW(lockf(File, F_LOCK, 0));
  SHOW(ftruncate(File, 4096));
  char *Map =
      (char *)mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, File, 0);
  Map[100] = 'm';
  SHOW(msync(Map, 4096, MS_SYNC));
  SHOW(madvise(Map, 4096, MADV_DONTNEED));
  EXPECT(Map[100] == 'm');
  SHOW(munmap(Map, 4096));
  int Memory = memfd_create("memory", MFD_CLOEXEC);
  SHOW(write(Memory, "abc", 3));
  unsigned Random[2];
  SHOW(getrandom(Random, sizeof Random, 0));
  for (int Number : {File, Other, Memory})
    close(Number);
}

static void handle(int, void *) {
  stall();
  moveData();
  changeNames();
  watch();
  listNames();
  lockAndMap();
  for (const char *Name : {"renamed", "linked", "symbolic", "copy"})
    SHOW(unlink(Name));
  SHOW(rmdir("directory"));
  SHOW(remove("missing"));
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}
