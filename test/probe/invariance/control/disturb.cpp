//===- control/disturb.cpp - a probe that makes mistakes --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Preloaded into the programs of the suite by control.py, which wants each
// mistake noticed: this is the test of the suite itself. NOSTALL_DISTURB names
// the mistake; none of them is made without it.
//
//===----------------------------------------------------------------------===//

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static bool is(const char *Mistake) {
  static const char *Chosen = getenv("NOSTALL_DISTURB");
  return Chosen && strcmp(Chosen, Mistake) == 0;
}

template <typename Type> static Type *next(const char *Name) {
  return (Type *)dlsym(RTLD_NEXT, Name);
}

static void sendSignals() {
  struct sigaction Action = {};
  Action.sa_handler = [](int) {};
  Action.sa_flags = SA_RESTART;
  sigaction(SIGRTMAX, &Action, nullptr);
  struct sigevent Event = {};
  struct itimerspec Every = {{0, 7000000}, {0, 7000000}};
  timer_t Timer;
  Event.sigev_notify = SIGEV_THREAD_ID;
  Event.sigev_signo = SIGRTMAX;
  Event.sigev_notify_thread_id = gettid();
  timer_create(CLOCK_MONOTONIC, &Event, &Timer);
  timer_settime(Timer, 0, &Every, nullptr);
}

__attribute__((constructor)) static void load() {
  sigset_t Last;
  sigemptyset(&Last);
  sigaddset(&Last, SIGRTMAX);
  if (is("thread")) {
    pthread_t Thread;
    auto Run = [](void *) -> void * {
      for (;;)
        sleep(1000);
    };
    pthread_create(&Thread, nullptr, Run, nullptr);
  }
  if (is("descriptor"))
    fcntl(open("/dev/null", O_RDONLY), F_DUPFD, 700);
  if (is("handler"))
    signal(SIGRTMAX, [](int) {});
  if (is("signals"))
    sendSignals();
  if (is("mask"))
    sigprocmask(SIG_BLOCK, &Last, nullptr);
  if (is("child") && fork() == 0) {
    sleep(20);
    _exit(0);
  }
  if (is("greeting"))
    fprintf(stderr, "probe loaded\n");
}

extern "C" ssize_t read(int From, void *To, size_t Size) {
  static auto *Real = next<ssize_t(int, void *, size_t)>("read");
  ssize_t Result = Real(From, To, Size);
  if (is("errno") && Result >= 0)
    errno = 0;
  return Result;
}

/// Cancelling a thread unwinds through this, which noexcept forbids.
static ssize_t receiveNoexcept(int From, void *To, size_t Size,
                               int Flags) noexcept {
  static auto *Real = next<ssize_t(int, void *, size_t, int)>("recv");
  ssize_t Result = Real(From, To, Size, Flags);
  __asm__ volatile("" ::: "memory"); // Not a jump to it, but a call.
  return Result;
}

extern "C" ssize_t recv(int From, void *To, size_t Size, int Flags) {
  static auto *Real = next<ssize_t(int, void *, size_t, int)>("recv");
  return is("noexcept") ? receiveNoexcept(From, To, Size, Flags)
                        : Real(From, To, Size, Flags);
}

static void useStack() {
  volatile char Much[24 * 1024];
  for (size_t At = 0; At < sizeof Much; At += 512)
    Much[At] = 1;
}

extern "C" int nanosleep(const struct timespec *Time, struct timespec *Left) {
  static auto *Real =
      next<int(const struct timespec *, struct timespec *)>("nanosleep");
  struct timespec Shorter;
  if (is("stack"))
    useStack();
  if (is("malloc")) {
    void *volatile Block = malloc(100); // Or the compiler leaves both out.
    free(Block);
  }
  if (is("by name"))
    (void)!write(-1, "", 0);
  if (is("short") && Time->tv_nsec > 1000000) {
    Shorter = {Time->tv_sec, Time->tv_nsec - 1000000};
    Time = &Shorter;
  }
  return Real(Time, Left);
}

extern "C" int poll(struct pollfd *Watched, nfds_t Number, int Timeout) {
  static auto *Real = next<int(struct pollfd *, nfds_t, int)>("poll");
  if (is("look") && Number > 0)
    (void)*(volatile int *)&Watched[0].fd;
  return Real(Watched, Number, Timeout);
}

extern "C" int epoll_wait(int Epoll, struct epoll_event *Ready, int Size,
                          int Timeout) {
  static auto *Real =
      next<int(int, struct epoll_event *, int, int)>("epoll_wait");
  if (is("tsc"))
    __builtin_ia32_rdtsc();
  if (is("system call"))
    syscall(SYS_gettid);
  int Result = Real(Epoll, Ready, Size, Timeout);
  while (is("swallow") && Result < 0 && errno == EINTR)
    Result = Real(Epoll, Ready, Size, Timeout);
  return Result;
}

extern "C" off_t lseek(int File, off_t By, int From) {
  static auto *Real = next<off_t(int, off_t, int)>("lseek");
  off_t Result = Real(File, By, From);
  return is("int") ? (int)Result : Result;
}

extern "C" int open(const char *Path, int Flags, ...) {
  static auto *Real = next<int(const char *, int, ...)>("open");
  va_list Arguments;
  va_start(Arguments, Flags);
  mode_t Mode = Flags & (O_CREAT | O_TMPFILE) ? va_arg(Arguments, mode_t) : 0;
  va_end(Arguments);
  return Real(Path, Flags, is("mode") ? Mode & 0700 : Mode);
}

extern "C" int pthread_mutex_clocklock(pthread_mutex_t *Mutex, clockid_t Clock,
                                       const struct timespec *Until) {
  static auto *Real =
      next<int(pthread_mutex_t *, clockid_t, const struct timespec *)>(
          "pthread_mutex_clocklock");
  return Real(Mutex, is("clock") ? CLOCK_REALTIME : Clock, Until);
}
