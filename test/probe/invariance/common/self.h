//===- common/self.h - what a program can see of itself -----------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A report of the state that a process has: a probe that leaves anything behind
// in it, or answers differently from the kernel, changes one of these lines.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "say.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;

/// The members of a set, a bit each.
static inline uint64_t maskBits(const sigset_t *Set) {
  uint64_t Bits = 0;
  for (int Number = 1; Number <= 64; ++Number)
    if (sigismember(Set, Number) == 1)
      Bits |= (uint64_t)1 << (Number - 1);
  return Bits;
}

static inline int countThreads(void) {
  DIR *Tasks = opendir("/proc/self/task");
  int Count = 0;
  if (!Tasks)
    return -1;
  for (struct dirent *Entry; (Entry = readdir(Tasks));)
    Count += Entry->d_name[0] != '.';
  closedir(Tasks);
  return Count;
}

/// Whether a thread is in an interruptible wait.
static inline int isBlocked(pid_t Thread) {
  char Path[64], Text[256] = "";
  snprintf(Path, sizeof Path, "/proc/%d/stat", Thread);
  int From = open(Path, O_RDONLY);
  ssize_t Length = read(From, Text, sizeof Text - 1);
  close(From);
  const char *Name = Length > 0 ? strrchr(Text, ')') : NULL;
  return Name && Name[2] == 'S';
}

/// A joined thread may stay listed for a moment after pthread_join.
static inline int settledThreads(int Wanted) {
  int Count = countThreads();
  for (int Try = 0; Count > Wanted && Try < 200; ++Try) {
    usleep(1000);
    Count = countThreads();
  }
  return Count;
}

static inline void reportDescriptor(int Number) {
  char Path[64], Target[512];
  struct stat Status;
  snprintf(Path, sizeof Path, "/proc/self/fd/%d", Number);
  ssize_t Length = readlink(Path, Target, sizeof Target - 1);
  if (Length < 0 || fstat(Number, &Status) != 0)
    return;
  Target[Length] = 0;
  // The numbers of pipes and sockets are the kernel's, and new each time.
  char *Inode = strstr(Target, ":[");
  if (Inode && Inode[2] >= '0' && Inode[2] <= '9')
    *Inode = 0;
  say("descriptor %d %s type %o flags %o cloexec %d", Number, Target,
      Status.st_mode & S_IFMT, fcntl(Number, F_GETFL), fcntl(Number, F_GETFD));
}

static inline void reportDescriptors(void) {
  DIR *Open = opendir("/proc/self/fd");
  if (!Open) {
    say("descriptors cannot be listed: %s", errorName(errno));
    return;
  }
  for (struct dirent *Entry; (Entry = readdir(Open));)
    if (Entry->d_name[0] != '.' && atoi(Entry->d_name) != dirfd(Open))
      reportDescriptor(atoi(Entry->d_name));
  closedir(Open);
}

static inline void reportSignals(void) {
  sigset_t Blocked, Pending;
  stack_t Alternate;
  for (int Number = 1; Number <= 64; ++Number) {
    struct sigaction Action;
    memset(&Action, 0, sizeof Action);
    errno = UNTOUCHED;
    int Result = sigaction(Number, NULL, &Action);
    if (Result != 0 || errno != UNTOUCHED)
      say("signal %d: %d %s", Number, Result, errorName(errno));
    else if (Action.sa_handler != SIG_DFL || Action.sa_flags ||
             maskBits(&Action.sa_mask))
      say("signal %d: %s flags %x mask %llx", Number,
          Action.sa_handler == SIG_IGN   ? "ignored"
          : Action.sa_handler == SIG_DFL ? "default"
                                         : "handled",
          (unsigned)Action.sa_flags,
          (unsigned long long)maskBits(&Action.sa_mask));
  }
  INSIST(pthread_sigmask(SIG_SETMASK, NULL, &Blocked) == 0);
  INSIST(sigpending(&Pending) == 0);
  INSIST(sigaltstack(NULL, &Alternate) == 0);
  say("signals from %d to %d, blocked %llx, pending %llx, altstack flags %d "
      "size %zu",
      SIGRTMIN, SIGRTMAX, (unsigned long long)maskBits(&Blocked),
      (unsigned long long)maskBits(&Pending), Alternate.ss_flags,
      Alternate.ss_size);
}

static inline void reportLimits(void) {
  for (int Resource = 0; Resource < RLIM_NLIMITS; ++Resource) {
    struct rlimit Limit;
    getrlimit((__rlimit_resource_t)Resource, &Limit);
    say("limit %d: %llx %llx", Resource, (unsigned long long)Limit.rlim_cur,
        (unsigned long long)Limit.rlim_max);
  }
}

static inline void reportProcess(void) {
  char Directory[4096], Name[17] = "";
  int Reaper = -1, ParentDeath = -1, Variables = 0;
  cpu_set_t Processors;
  mode_t Mask = umask(0);
  umask(Mask);
  prctl(PR_GET_NAME, Name);
  prctl(PR_GET_CHILD_SUBREAPER, &Reaper);
  prctl(PR_GET_PDEATHSIG, &ParentDeath);
  CPU_ZERO(&Processors);
  sched_getaffinity(0, sizeof Processors, &Processors);
  for (int Timer = ITIMER_REAL; Timer <= ITIMER_PROF; ++Timer) {
    struct itimerval Value;
    INSIST(getitimer((__itimer_which_t)Timer, &Value) == 0);
    say("itimer %d %s", Timer, timerisset(&Value.it_value) ? "set" : "off");
  }
  // The probe's own settings have to be in the environment, no others.
  for (char **Entry = environ; Entry && *Entry; ++Entry)
    Variables += strncmp(*Entry, "LD_PRELOAD=", 11) != 0 &&
                 strncmp(*Entry, "NOSTALL_", 8) != 0;
  say("name %s, directory %s, umask %o, %d variables", Name,
      getcwd(Directory, sizeof Directory) ? Directory : "none", Mask,
      Variables);
  say("dumpable %d, no_new_privs %d, seccomp %d, subreaper %d, pdeathsig %d, "
      "slack %d, keepcaps %d",
      prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
      prctl(PR_GET_SECCOMP), Reaper, ParentDeath, prctl(PR_GET_TIMERSLACK),
      prctl(PR_GET_KEEPCAPS));
  say("policy %d, priority %d, processors %d, personality %x, uid %d %d",
      sched_getscheduler(0), getpriority(PRIO_PROCESS, 0),
      CPU_COUNT(&Processors), personality(0xffffffff), getuid(), geteuid());
}

/// Children that wait would give, running or dead; none is reaped.
static inline void reportChildren(void) {
  siginfo_t Child;
  memset(&Child, 0, sizeof Child);
  errno = UNTOUCHED;
  int Result =
      waitid(P_ALL, 0, &Child, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL);
  say("children: %s, %s", Result == 0 ? "some" : errorName(errno),
      Child.si_pid ? "one to reap" : "none to reap");
}

/// All of it; Threads is how many the program has itself.
static inline void reportSelf(const char *When, int Threads) {
  int Saved = errno;
  say("[%s]", When);
  reportDescriptors();
  reportSignals();
  reportLimits();
  reportProcess();
  reportChildren();
  say("threads %d", settledThreads(Threads));
  errno = Saved;
}
