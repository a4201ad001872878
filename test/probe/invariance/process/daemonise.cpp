//===- process/daemonise.cpp - a daemon with a loop -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Forks twice, closes every descriptor, leaves the session and the directory,
// and only then runs its loop. Its output goes to a file, which the program
// that was started waits for: nothing else connects the two.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <string>

static void handle(int Round, void *) {
  stall();
  if (Round == 3)
    reportSelf("daemon", 1);
}

[[noreturn]] static void runDaemon(const std::string &Result) {
  if (setsid() < 0 || fork() != 0)
    _exit(0);
  std::string Draft = Result + ".draft";
  for (int Number = 0; Number < 1024; ++Number)
    close(Number);
  if (chdir("/") != 0 || open("/dev/null", O_RDWR) != 0 ||
      open(Draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600) != 1 ||
      dup2(1, 2) != 2)
    _exit(1);
  umask(027);
  alarm(30); // Nobody waits for a daemon that hangs.
  EXPECT(getsid(0) != getpid());
  EXPECT(runLoop(8, handle, nullptr) == 0);
  EXPECT(alarm(0) > 0);
  rename(Draft.c_str(), Result.c_str());
  _exit(0);
}

int main() {
  char Directory[4096];
  std::string Result =
      std::string(getcwd(Directory, sizeof Directory)) + "/result";
  pid_t First = fork();
  if (First == 0)
    runDaemon(Result);
  int Status = -1;
  SHOW(waitpid(First, &Status, 0) == First);
  SHOW(waitpid(-1, &Status, 0));
  int From = -1;
  for (int Try = 0; Try < 1500 && From < 0; ++Try) {
    usleep(20000);
    From = open(Result.c_str(), O_RDONLY);
  }
  EXPECT(From >= 0);
  char Part[4096];
  for (ssize_t Length; (Length = read(From, Part, sizeof Part)) > 0;)
    writeAll(1, Part, (size_t)Length);
}
