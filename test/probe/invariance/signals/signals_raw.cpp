//===- signals/signals_raw.cpp - signals as the kernel has them -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same questions as in reportSelf, put to the kernel by system call and by
// /proc, past all wrappers: this is what gdb, strace and ps show of a program.
// Asked before and after long iterations.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <initializer_list>
#include <sys/syscall.h>

struct KernelAction {
  void *Handler;
  unsigned long Flags;
  void *Restorer;
  uint64_t Mask;
};

static void reportKernel(const char *When) {
  uint64_t Blocked = 0;
  char Line[256];
  say("[%s]", When);
  for (int Number = 1; Number <= 64; ++Number) {
    KernelAction Action = {};
    INSIST(syscall(SYS_rt_sigaction, Number, nullptr, &Action, 8) == 0);
    if (Action.Handler || Action.Flags || Action.Mask)
      say("signal %d: %s flags %lx mask %llx", Number,
          Action.Handler == (void *)1 ? "ignored"
          : Action.Handler            ? "handled"
                                      : "default",
          Action.Flags, (unsigned long long)Action.Mask);
  }
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, nullptr, &Blocked, 8);
  say("blocked %llx", (unsigned long long)Blocked);
  FILE *Status = fopen("/proc/self/status", "r");
  while (fgets(Line, sizeof Line, Status))
    for (const char *Key : {"ShdPnd", "SigPnd", "SigBlk", "SigIgn", "SigCgt",
                            "Seccomp:", "NoNewPrivs", "TracerPid", "Groups",
                            "CapEff", "CoreDumping"})
      if (strncmp(Line, Key, strlen(Key)) == 0)
        say("%.*s", (int)strcspn(Line, "\n"), Line);
  fclose(Status);
}

static void handle(int, void *) { stall(); }

int main() {
  reportKernel("start");
  EXPECT(runLoop(6, handle, nullptr) == 0);
  reportKernel("after the loop");
  sigset_t All;
  sigfillset(&All);
  sigprocmask(SIG_SETMASK, &All, nullptr);
  EXPECT(runLoop(6, handle, nullptr) == 0);
  reportKernel("all blocked");
  for (int Number = SIGRTMIN; Number <= SIGRTMAX; ++Number)
    signal(Number, SIG_IGN);
  EXPECT(runLoop(6, handle, nullptr) == 0);
  reportKernel("all ignored");
}
