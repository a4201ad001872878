//===- limits/seccomp.cpp - only the calls it makes itself ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A filter that allows the system calls the program makes, and kills it for any
// other: a probe's timer, its handler's return, its writing or mapping. Set
// before the loop's first wait, in the middle of the loop, with an error
// instead of the kill, and as the strict mode, which allows only read and
// write.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "stall.h"

#include <initializer_list>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void allowOnly(std::initializer_list<unsigned> Allowed,
                      unsigned Otherwise) {
  struct sock_filter Code[64];
  unsigned short Length = 0;
  Code[Length++] =
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (unsigned Number : Allowed) {
    Code[Length++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, Number, 0, 1);
    Code[Length++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  }
  Code[Length++] = BPF_STMT(BPF_RET | BPF_K, Otherwise);
  struct sock_fprog Program = {Length, Code};
  INSIST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  INSIST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &Program) == 0);
}

static void lockDown(unsigned Otherwise) {
  allowOnly({SYS_read, SYS_write, SYS_epoll_wait, SYS_clock_nanosleep,
             SYS_clock_gettime, SYS_exit_group},
            Otherwise);
}

static void turn(Loop &L, int Times) {
  for (int Time = 0; Time < Times; ++Time) {
    turnLoop(&L);
    spinUs(STALL_US);
    sleepUs(STALL_US);
    spinUs(Time % 2 ? 3 * STALL_US : 200);
  }
}

/// In strict mode there is no loop; what was measured before must not matter.
static void useStrictMode() {
  int Ends[2];
  char Byte;
  INSIST(pipe(Ends) == 0);
  INSIST(write(Ends[1], "x", 1) == 1);
  INSIST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
  volatile unsigned Sum = 0;
  for (int Step = 0; Step < 60000000; ++Step)
    Sum = Sum + 1;
  INSIST(read(Ends[0], &Byte, 1) == 1);
  say("done in strict mode");
  syscall(SYS_exit, 0);
}

int main(int, char **Arguments) {
  const char *When = Arguments[1];
  unsigned Otherwise = strcmp(When, "refuse") == 0 ? SECCOMP_RET_ERRNO | EPERM
                                                   : SECCOMP_RET_KILL_PROCESS;
  Loop L = openLoop();
  if (strcmp(When, "before") != 0)
    turn(L, 6);
  if (strcmp(When, "strict") == 0)
    useStrictMode();
  lockDown(Otherwise);
  turn(L, 10);
  INSIST(L.Interrupted == 0);
  if (strcmp(When, "refuse") == 0)
    SHOW(getppid());
  say("done");
  _exit(0);
}
