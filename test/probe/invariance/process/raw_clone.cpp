//===- raw_clone.cpp - forks that libc's fork does not know -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clone, clone3 and fork as system calls, _Fork, and clone() with the memory
// shared: no atfork handler runs, and what libc or a probe keeps about the
// process is that of the parent.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static pid_t Parent;

static void inChild(int, void *) { stall(); }

static void finish(const char *Name, pid_t Child, int Flags = 0) {
  if (Child == 0) {
    EXPECT(getpid() != Parent);
    EXPECT(getppid() == Parent);
    EXPECT(syscall(SYS_gettid) == getpid());
    EXPECT(runLoop(3, inChild, nullptr) == 0);
    syscall(SYS_exit_group, 21);
  }
  int Status = 0;
  INSIST(Child > 0);
  SHOW(waitpid(Child, &Status, Flags) == Child);
  say("%s: status %x", Name, Status);
}

static int onOwnStack(void *) {
  struct timespec Asked = {0, 9000000};
  return nanosleep(&Asked, nullptr) == 0 && getppid() == Parent ? 33 : 34;
}

static void cloneShared(const char *Name, int Flags) {
  size_t Size = 128 * 1024;
  char *Stack = (char *)mmap(nullptr, Size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pid_t Child = clone(onOwnStack, Stack + Size, Flags, nullptr);
  finish(Name, Child, __WALL);
  munmap(Stack, Size);
}

static void handle(int, void *) {
  stall();
  finish("clone", (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  finish("fork", (pid_t)syscall(SYS_fork));
  struct clone_args Arguments = {};
  Arguments.exit_signal = SIGCHLD;
  finish("clone3", (pid_t)syscall(SYS_clone3, &Arguments, sizeof(Arguments)));
  finish("_Fork", _Fork());
  cloneShared("shared memory", CLONE_VM | CLONE_VFORK | SIGCHLD);
  cloneShared("no exit signal", CLONE_VM | CLONE_VFORK);
  cloneShared("shared descriptors", CLONE_FILES | SIGCHLD);
  spinUs(STALL_US);
}

int main() {
  Parent = getpid();
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("parent", 1);
}
