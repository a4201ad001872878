//===- calls/interpose_read.c - a program with a read of its own --*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program defines read and other calls itself, counts them, and passes them
// on by dlsym(RTLD_NEXT): to the probe, if there is one. The dynamic linker
// gives the program's own to everybody, so a probe that calls read by name
// comes here, and the counts are not those of the program.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>

enum {
  Read,
  Write,
  Close,
  Open,
  Nanosleep,
  Poll,
  EpollWait,
  SigAction,
  Map,
  Unmap,
  GetTime,
  Lock,
  Calls
};
static const char *const Names[Calls] = {
    "read",      "write",  "close",         "open",
    "nanosleep", "poll",   "epoll_wait",    "sigaction",
    "mmap",      "munmap", "clock_gettime", "pthread_mutex_lock"};
static long Counts[Calls];

/// Counts, and finds the next definition; dlsym itself may call one of these.
static void *next(int Call) {
  static void *Found[Calls];
  static int Searching[Calls];
  ++Counts[Call];
  if (!Found[Call] && !Searching[Call]) {
    Searching[Call] = 1;
    Found[Call] = dlsym(RTLD_NEXT, Names[Call]);
    Searching[Call] = 0;
  }
  return Found[Call];
}

ssize_t read(int From, void *To, size_t Size) {
  return ((ssize_t(*)(int, void *, size_t))next(Read))(From, To, Size);
}

ssize_t write(int To, const void *From, size_t Size) {
  return ((ssize_t(*)(int, const void *, size_t))next(Write))(To, From, Size);
}

int close(int Number) { return ((int (*)(int))next(Close))(Number); }

int open(const char *Path, int Flags, ...) {
  va_list Arguments;
  va_start(Arguments, Flags);
  int Mode = Flags & O_CREAT ? va_arg(Arguments, int) : 0;
  va_end(Arguments);
  return ((int (*)(const char *, int, ...))next(Open))(Path, Flags, Mode);
}

int nanosleep(const struct timespec *Time, struct timespec *Left) {
  return ((int (*)(const struct timespec *, struct timespec *))next(Nanosleep))(
      Time, Left);
}

int poll(struct pollfd *Watched, nfds_t Number, int Timeout) {
  return ((int (*)(struct pollfd *, nfds_t, int))next(Poll))(Watched, Number,
                                                             Timeout);
}

int epoll_wait(int Epoll, struct epoll_event *Ready, int Size, int Timeout) {
  return ((int (*)(int, struct epoll_event *, int, int))next(EpollWait))(
      Epoll, Ready, Size, Timeout);
}

int sigaction(int Number, const struct sigaction *New, struct sigaction *Old) {
  return ((int (*)(int, const struct sigaction *, struct sigaction *))next(
      SigAction))(Number, New, Old);
}

void *mmap(void *At, size_t Size, int Access, int Flags, int File, off_t From) {
  return ((void *(*)(void *, size_t, int, int, int, off_t))next(Map))(
      At, Size, Access, Flags, File, From);
}

int munmap(void *At, size_t Size) {
  return ((int (*)(void *, size_t))next(Unmap))(At, Size);
}

int clock_gettime(clockid_t Clock, struct timespec *Time) {
  return ((int (*)(clockid_t, struct timespec *))next(GetTime))(Clock, Time);
}

int pthread_mutex_lock(pthread_mutex_t *Mutex) {
  return ((int (*)(pthread_mutex_t *))next(Lock))(Mutex);
}

static void report(const char *When) {
  long Seen[Calls];
  memcpy(Seen, Counts, sizeof Seen);
  Seen[GetTime] = -1; // How often a computation asks for the time varies.
  for (int Call = 0; Call < Calls; ++Call)
    say("%s: %s %ld", When, Names[Call], Seen[Call]);
}

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;

static void handle(int Round, void *Data) {
  char Byte;
  (void)Round, (void)Data;
  stall();
  int File = open("/dev/zero", O_RDONLY);
  INSIST(read(File, &Byte, 1) == 1 && Byte == 0);
  INSIST(close(File) == 0);
  INSIST(poll(NULL, 0, 9) == 0);
  INSIST(pthread_mutex_lock(&Mutex) == 0);
  INSIST(pthread_mutex_unlock(&Mutex) == 0);
  void *Page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  INSIST(Page != MAP_FAILED && munmap(Page, 4096) == 0);
  spinUs(STALL_US);
}

static void *run(void *Data) {
  INSIST(runLoop(3, handle, Data) == 0);
  return NULL;
}

int main(void) {
  pthread_t Thread;
  report("before main");
  EXPECT(runLoop(5, handle, NULL) == 0);
  report("after a loop");
  INSIST(pthread_create(&Thread, NULL, run, NULL) == 0);
  INSIST(pthread_join(Thread, NULL) == 0);
  report("after a thread");
  struct timespec Before, After;
  long Asked = Counts[GetTime];
  clock_gettime(CLOCK_MONOTONIC, &Before);
  for (volatile int Step = 0; Step < 40000000; Step = Step + 1)
    ;
  clock_gettime(CLOCK_MONOTONIC, &After);
  EXPECT(Counts[GetTime] == Asked + 2);
  return 0;
}
