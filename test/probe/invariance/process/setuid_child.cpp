//===- setuid_child.cpp - a child with the set-user-ID bit ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In secure mode the loader ignores a preload with a path, silently, and the
// child must run as if there were none. Started by root it is a copy of this
// program that belongs to nobody; else only /bin/su, which belongs to root.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/auxv.h>

static void inChild(int, void *) { stall(); }

static int runSetuid() {
  say("secure mode %lu, real user %d, effective user %d", getauxval(AT_SECURE),
      getuid(), geteuid());
  // Not so when the temporary files are on a file system without the bit.
  if (getauxval(AT_SECURE))
    EXPECT(getenv("LD_PRELOAD") == nullptr);
  EXPECT(runLoop(3, inChild, nullptr) == 0);
  return 12;
}

static void runProgram(const char *Program, const char *Argument) {
  pid_t Child = fork();
  if (Child == 0) {
    execl(Program, Program, Argument, nullptr);
    _exit(1);
  }
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("%s: status %x", Program, Status);
}

static void copySelf(const char *To) {
  int From = open("/proc/self/exe", O_RDONLY);
  int Copy = open(To, O_WRONLY | O_CREAT | O_TRUNC, 0700);
  char Part[65536];
  for (ssize_t Length; (Length = read(From, Part, sizeof Part)) > 0;)
    writeAll(Copy, Part, (size_t)Length);
  close(From);
  EXPECT(fchown(Copy, 65534, 65534) == 0);
  EXPECT(fchmod(Copy, 04755) == 0);
  close(Copy);
}

static void handle(int, void *) {
  stall();
  runProgram("/bin/su", "--version");
  if (getuid() == 0) {
    copySelf("./setuid-copy");
    runProgram("./setuid-copy", "child");
  }
  spinUs(STALL_US);
}

int main(int Count, char **) {
  if (Count > 1)
    return runSetuid();
  EXPECT(runLoop(2, handle, nullptr) == 0);
  reportSelf("parent", 1);
}
