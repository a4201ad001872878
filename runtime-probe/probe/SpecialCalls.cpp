//===- SpecialCalls.cpp - wrappers that a table cannot make -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Variadic functions, and those that wait for a time and end with EINTR.
//
//===----------------------------------------------------------------------===//

#include "probe/Resume.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/sem.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

using namespace nostall;
using namespace nostall::probe;

// Declares the wrapper, and Real: the next definition, found at load time.
#define NOSTALL_REAL(NAME, RETURN, PARAMS)                                     \
  static RETURN(*real_##NAME) PARAMS;                                          \
  __attribute__((constructor)) static void look_up_##NAME() {                  \
    if (!real_##NAME)                                                          \
      real_##NAME =                                                            \
          reinterpret_cast<RETURN(*) PARAMS>(nextSymbol(#NAME));               \
  }
#define NOSTALL_ENSURE(NAME)                                                   \
  if (NOSTALL_UNLIKELY(!real_##NAME))                                          \
    look_up_##NAME();

//===----------------------------------------------------------------------===//
// Variadic
//===----------------------------------------------------------------------===//

// The mode is passed on whether the program gave one or not: without O_CREAT
// the kernel does not look at it.
#define NOSTALL_OPEN(NAME)                                                     \
  NOSTALL_REAL(NAME, int, (const char *, int, ...))                            \
  NOSTALL_EXPORT int wrap_##NAME(const char *, int, ...) __asm__(#NAME);       \
  int wrap_##NAME(const char *File, int Flags, ...) {                          \
    NOSTALL_ENSURE(NAME)                                                       \
    va_list List;                                                              \
    va_start(List, Flags);                                                     \
    mode_t Mode = va_arg(List, mode_t);                                        \
    va_end(List);                                                              \
    wire::Slot *S = recording();                                               \
    if (NOSTALL_LIKELY(!S))                                                    \
      return real_##NAME(File, Flags, Mode);                                   \
    auto Call = [&] { return real_##NAME(File, Flags, Mode); };                \
    return recorded<int>(S, Call_##NAME, Call, File, Flags, Mode);             \
  }
NOSTALL_OPEN(open)
NOSTALL_OPEN(open64)

#define NOSTALL_OPENAT(NAME)                                                   \
  NOSTALL_REAL(NAME, int, (int, const char *, int, ...))                       \
  NOSTALL_EXPORT int wrap_##NAME(int, const char *, int, ...) __asm__(#NAME);  \
  int wrap_##NAME(int Fd, const char *File, int Flags, ...) {                  \
    NOSTALL_ENSURE(NAME)                                                       \
    va_list List;                                                              \
    va_start(List, Flags);                                                     \
    mode_t Mode = va_arg(List, mode_t);                                        \
    va_end(List);                                                              \
    wire::Slot *S = recording();                                               \
    if (NOSTALL_LIKELY(!S))                                                    \
      return real_##NAME(Fd, File, Flags, Mode);                               \
    auto Call = [&] { return real_##NAME(Fd, File, Flags, Mode); };            \
    return recorded<int>(S, Call_##NAME, Call, Fd, File, Flags);               \
  }
NOSTALL_OPENAT(openat)
NOSTALL_OPENAT(openat64)

// All of fcntl's arguments fit in one register; libc reads it as a pointer too.
#define NOSTALL_FCNTL(NAME)                                                    \
  NOSTALL_REAL(NAME, int, (int, int, ...))                                     \
  NOSTALL_EXPORT int wrap_##NAME(int, int, ...) __asm__(#NAME);                \
  int wrap_##NAME(int Fd, int Command, ...) {                                  \
    NOSTALL_ENSURE(NAME)                                                       \
    va_list List;                                                              \
    va_start(List, Command);                                                   \
    void *Argument = va_arg(List, void *);                                     \
    va_end(List);                                                              \
    wire::Slot *S = recording();                                               \
    if (NOSTALL_LIKELY(!S))                                                    \
      return real_##NAME(Fd, Command, Argument);                               \
    auto Call = [&] { return real_##NAME(Fd, Command, Argument); };            \
    return recorded<int>(S, Call_##NAME, Call, Fd, Command, Argument);         \
  }
NOSTALL_FCNTL(fcntl)
NOSTALL_FCNTL(fcntl64)

namespace {
struct EndList {
  va_list &List;
  ~EndList() { va_end(List); }
};
} // namespace

// printf and its like go on to the v-function of the same name.
#define NOSTALL_PRINT(SYMBOL, NAME, VNAME, RETURN, PARAMS, TYPES, LAST, ...)   \
  NOSTALL_REAL(VNAME, RETURN, TYPES)                                           \
  NOSTALL_EXPORT RETURN wrap_##SYMBOL PARAMS __asm__(#SYMBOL);                 \
  RETURN wrap_##SYMBOL PARAMS {                                                \
    NOSTALL_ENSURE(VNAME)                                                      \
    va_list List;                                                              \
    va_start(List, LAST);                                                      \
    EndList End{List};                                                         \
    auto Call = [&] { return real_##VNAME(__VA_ARGS__, List); };               \
    wire::Slot *S = recording();                                               \
    return S ? recorded<RETURN>(S, Call_##NAME, Call, __VA_ARGS__) : Call();   \
  }
NOSTALL_PRINT(fprintf, fprintf, vfprintf, int,
              (FILE * Stream, const char *Format, ...),
              (FILE *, const char *, va_list), Format, Stream, Format)
NOSTALL_PRINT(printf, printf, vprintf, int, (const char *Format, ...),
              (const char *, va_list), Format, Format)
NOSTALL_PRINT(dprintf, dprintf, vdprintf, int,
              (int Fd, const char *Format, ...),
              (int, const char *, va_list), Format, Fd, Format)
NOSTALL_PRINT(syslog, syslog, vsyslog, void,
              (int Priority, const char *Format, ...),
              (int, const char *, va_list), Format, Priority, Format)
NOSTALL_PRINT(__fprintf_chk, fprintf, __vfprintf_chk, int,
              (FILE * Stream, int Flag, const char *Format, ...),
              (FILE *, int, const char *, va_list), Format, Stream, Flag,
              Format)
NOSTALL_PRINT(__printf_chk, printf, __vprintf_chk, int,
              (int Flag, const char *Format, ...),
              (int, const char *, va_list), Format, Flag, Format)
NOSTALL_PRINT(__dprintf_chk, dprintf, __vdprintf_chk, int,
              (int Fd, int Flag, const char *Format, ...),
              (int, int, const char *, va_list), Format, Fd, Flag, Format)
NOSTALL_PRINT(__syslog_chk, syslog, __vsyslog_chk, void,
              (int Priority, int Flag, const char *Format, ...),
              (int, int, const char *, va_list), Format, Priority, Flag,
              Format)

//===----------------------------------------------------------------------===//
// Locks
//===----------------------------------------------------------------------===//

NOSTALL_REAL(pthread_mutex_lock, int, (pthread_mutex_t *))
NOSTALL_REAL(pthread_mutex_trylock, int, (pthread_mutex_t *))
NOSTALL_EXPORT int wrap_pthread_mutex_lock(pthread_mutex_t *)
    __asm__("pthread_mutex_lock");
int wrap_pthread_mutex_lock(pthread_mutex_t *Mutex) {
  NOSTALL_ENSURE(pthread_mutex_lock)
  if (NOSTALL_LIKELY(!Thread.Active))
    return real_pthread_mutex_lock(Mutex);
  // Most locks are free: those need no record. What the attempt answers, but
  // for "busy", is what the lock would; a deadlock is the lock's to tell.
  NOSTALL_ENSURE(pthread_mutex_trylock)
  int Result = real_pthread_mutex_trylock(Mutex);
  if (NOSTALL_LIKELY(Result != EBUSY))
    return Result;
  wire::Slot *S = recording();
  if (!S)
    return real_pthread_mutex_lock(Mutex);
  return recorded<int>(
      S, Call_pthread_mutex_lock,
      [&] { return real_pthread_mutex_lock(Mutex); }, Mutex);
}

//===----------------------------------------------------------------------===//
// For a time
//===----------------------------------------------------------------------===//

namespace {

constexpr uint64_t Second = 1'000'000'000;

uint64_t toNs(const timespec &T) {
  return static_cast<uint64_t>(T.tv_sec) * Second +
         static_cast<uint64_t>(T.tv_nsec);
}

/// What is left of a time that began at Begin; 0 when it is over.
timespec restOf(const timespec &Asked, uint64_t Begin) {
  uint64_t End = Begin + toNs(Asked), Now = monotonicClock();
  uint64_t Rest = End > Now ? End - Now : 0;
  return {static_cast<time_t>(Rest / Second),
          static_cast<long>(Rest % Second)};
}

} // namespace

NOSTALL_REAL(nanosleep, int, (const timespec *, timespec *))
NOSTALL_EXPORT int wrap_nanosleep(const timespec *, timespec *)
    __asm__("nanosleep");
int wrap_nanosleep(const timespec *Time, timespec *Left) {
  NOSTALL_ENSURE(nanosleep)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_nanosleep(Time, Left);
  auto Call = [&] {
    OurSignal Signal;
    timespec Rest;
    int Result = real_nanosleep(Time, &Rest);
    while (Signal.cutShort(Result != 0)) {
      timespec Next = Rest;
      Result = real_nanosleep(&Next, &Rest);
    }
    if (Result != 0 && *KeepErrno::location() == EINTR && Left)
      *Left = Rest;
    return Result;
  };
  return recorded<int>(S, Call_nanosleep, Call, Time, Left);
}

NOSTALL_REAL(clock_nanosleep, int,
             (clockid_t, int, const timespec *, timespec *))
NOSTALL_EXPORT int wrap_clock_nanosleep(clockid_t, int, const timespec *,
                                        timespec *) __asm__("clock_nanosleep");
int wrap_clock_nanosleep(clockid_t Clock, int Flags, const timespec *Time,
                         timespec *Left) {
  NOSTALL_ENSURE(clock_nanosleep)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_clock_nanosleep(Clock, Flags, Time, Left);
  auto Call = [&] {
    // The error is returned, not put into errno.
    uint32_t Before = Thread.Signals;
    timespec Rest = {}, Next;
    const timespec *Asked = Time; // The kernel's to judge: it may be anything.
    int Result;
    while ((Result = real_clock_nanosleep(Clock, Flags, Asked, &Rest)) ==
               EINTR &&
           Thread.Signals != Before) {
      Before = Thread.Signals;
      if (Flags & TIMER_ABSTIME)
        continue;
      Next = Rest;
      Asked = &Next;
    }
    if (Result == EINTR && Left && !(Flags & TIMER_ABSTIME))
      *Left = Rest;
    return Result;
  };
  return recorded<int>(S, Call_clock_nanosleep, Call, Clock, Flags, Time);
}

NOSTALL_REAL(usleep, int, (useconds_t))
NOSTALL_EXPORT int wrap_usleep(useconds_t) __asm__("usleep");
int wrap_usleep(useconds_t Time) {
  NOSTALL_ENSURE(usleep)
  NOSTALL_ENSURE(nanosleep)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_usleep(Time);
  auto Call = [&] {
    OurSignal Signal;
    uint64_t Begin = monotonicClock();
    int Result = real_usleep(Time);
    timespec Asked = {static_cast<time_t>(Time / 1'000'000),
                      static_cast<long>(Time % 1'000'000) * 1000};
    while (Signal.cutShort(Result != 0)) {
      timespec Rest = restOf(Asked, Begin);
      Result = real_nanosleep(&Rest, nullptr);
    }
    return Result;
  };
  return recorded<int>(S, Call_usleep, Call, Time);
}

NOSTALL_REAL(sleep, unsigned, (unsigned))
NOSTALL_EXPORT unsigned wrap_sleep(unsigned) __asm__("sleep");
unsigned wrap_sleep(unsigned Seconds) {
  NOSTALL_ENSURE(sleep)
  NOSTALL_ENSURE(nanosleep)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_sleep(Seconds);
  auto Call = [&]() -> unsigned {
    uint32_t Before = Thread.Signals;
    uint64_t Begin = monotonicClock();
    unsigned Left = real_sleep(Seconds);
    timespec Asked = {static_cast<time_t>(Seconds), 0};
    while (Left != 0 && Thread.Signals != Before) {
      Before = Thread.Signals;
      timespec Rest = restOf(Asked, Begin);
      KeepErrno Keep;
      Left = 0;
      if (real_nanosleep(&Rest, &Rest) != 0)
        Left = static_cast<unsigned>(Rest.tv_sec) + (Rest.tv_nsec ? 1 : 0);
    }
    return Left;
  };
  return recorded<unsigned>(S, Call_sleep, Call, Seconds);
}

NOSTALL_REAL(thrd_sleep, int, (const timespec *, timespec *))
NOSTALL_EXPORT int wrap_thrd_sleep(const timespec *, timespec *)
    __asm__("thrd_sleep");
int wrap_thrd_sleep(const timespec *Time, timespec *Left) {
  NOSTALL_ENSURE(thrd_sleep)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_thrd_sleep(Time, Left);
  auto Call = [&] {
    uint32_t Before = Thread.Signals;
    timespec Rest = {}, Next;
    const timespec *Asked = Time;
    int Result; // -1: a signal.
    while ((Result = real_thrd_sleep(Asked, &Rest)) == -1 &&
           Thread.Signals != Before) {
      Before = Thread.Signals;
      Next = Rest;
      Asked = &Next;
    }
    if (Result == -1 && Left)
      *Left = Rest;
    return Result;
  };
  return recorded<int>(S, Call_thrd_sleep, Call, Time, Left);
}

NOSTALL_REAL(sigtimedwait, int,
             (const sigset_t *, siginfo_t *, const timespec *))
NOSTALL_EXPORT int wrap_sigtimedwait(const sigset_t *, siginfo_t *,
                                     const timespec *) __asm__("sigtimedwait");
int wrap_sigtimedwait(const sigset_t *Set, siginfo_t *Info,
                      const timespec *Time) {
  NOSTALL_ENSURE(sigtimedwait)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_sigtimedwait(Set, Info, Time);
  auto Call = [&] {
    OurSignal Signal;
    uint64_t Begin = monotonicClock();
    int Result = real_sigtimedwait(Set, Info, Time);
    while (Signal.cutShort(Result < 0)) {
      timespec Rest = Time ? restOf(*Time, Begin) : timespec{};
      Result = real_sigtimedwait(Set, Info, Time ? &Rest : nullptr);
    }
    return Result;
  };
  return recorded<int>(S, Call_sigtimedwait, Call, Set, Info, Time);
}

NOSTALL_REAL(semtimedop, int, (int, sembuf *, size_t, const timespec *))
NOSTALL_EXPORT int wrap_semtimedop(int, sembuf *, size_t, const timespec *)
    __asm__("semtimedop");
int wrap_semtimedop(int Id, sembuf *Operations, size_t Count,
                    const timespec *Time) {
  NOSTALL_ENSURE(semtimedop)
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_semtimedop(Id, Operations, Count, Time);
  auto Call = [&] {
    OurSignal Signal;
    uint64_t Begin = monotonicClock();
    int Result = real_semtimedop(Id, Operations, Count, Time);
    while (Signal.cutShort(Result != 0)) {
      timespec Rest = Time ? restOf(*Time, Begin) : timespec{};
      Result = real_semtimedop(Id, Operations, Count, Time ? &Rest : nullptr);
    }
    return Result;
  };
  return recorded<int>(S, Call_semtimedop, Call, Id, Operations, Count);
}
