//===- process/spawn.cpp - posix_spawn, system and popen --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What libc starts by itself: it blocks signals, clones with CLONE_VM, and runs
// the file actions in a process that shares this one's memory.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <spawn.h>
#include <string>

static const char *Self;

static std::string readToEnd(int From) {
  std::string Text;
  char Part[256];
  for (ssize_t Length; (Length = read(From, Part, sizeof Part)) > 0;)
    Text.append(Part, (size_t)Length);
  return Text;
}

static void spawnChild() {
  int Ends[2];
  INSIST(pipe2(Ends, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t Actions;
  posix_spawnattr_t Attributes;
  sigset_t Blocked, Default;
  sigemptyset(&Blocked);
  sigaddset(&Blocked, SIGUSR1);
  sigemptyset(&Default);
  sigaddset(&Default, SIGUSR2);
  posix_spawn_file_actions_init(&Actions);
  posix_spawn_file_actions_adddup2(&Actions, Ends[1], 1);
  posix_spawn_file_actions_addclose(&Actions, 0);
  posix_spawn_file_actions_addchdir_np(&Actions, "/");
  posix_spawnattr_init(&Attributes);
  posix_spawnattr_setflags(&Attributes, POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF |
                                            POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setsigmask(&Attributes, &Blocked);
  posix_spawnattr_setsigdefault(&Attributes, &Default);
  char *Arguments[] = {(char *)Self, (char *)"child", nullptr};
  pid_t Child = 0;
  SHOW_CODE(
      posix_spawn(&Child, Self, &Actions, &Attributes, Arguments, environ));
  close(Ends[1]);
  std::string Text = readToEnd(Ends[0]);
  close(Ends[0]);
  writeAll(1, Text.data(), Text.size());
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("spawned: status %x", Status);
  SHOW_CODE(
      posix_spawnp(&Child, "no-such-program", nullptr, nullptr, Arguments, {}));
  posix_spawn_file_actions_destroy(&Actions);
  posix_spawnattr_destroy(&Attributes);
}

static void handle(int, void *) {
  stall();
  spawnChild();
  SHOW(system("exit 3"));
  SHOW(system("sleep 0.02"));
  FILE *Output = popen("echo first; sleep 0.02; echo second; exit 4", "r");
  char Line[64];
  while (fgets(Line, sizeof Line, Output))
    say("popen: %.*s", (int)strcspn(Line, "\n"), Line);
  SHOW(pclose(Output));
  reportSelf("after spawning", 1);
}

static void inChild(int, void *) { stall(); }

int main(int Count, char **Arguments) {
  if (Count > 1) {
    reportSelf("spawned", 1);
    EXPECT(getpgrp() == getpid());
    EXPECT(runLoop(2, inChild, nullptr) == 0);
    return 9;
  }
  Self = Arguments[0];
  signal(SIGUSR2, SIG_IGN);
  EXPECT(runLoop(2, handle, nullptr) == 0);
}
