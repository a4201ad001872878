//===- Clock.cpp - time, and what a thread used of it -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Clock.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace inject {

static constexpr int64_t NsPerSecond = 1'000'000'000;

static int64_t clockNs(clockid_t Clock) {
  timespec Time{};
  clock_gettime(Clock, &Time);
  return Time.tv_sec * NsPerSecond + Time.tv_nsec;
}

int64_t now() { return clockNs(CLOCK_MONOTONIC); }

int sleepUntil(int64_t WhenNs) {
  timespec Time{WhenNs / NsPerSecond, WhenNs % NsPerSecond};
  int Interrupted = 0;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &Time, nullptr) ==
         EINTR)
    ++Interrupted;
  return Interrupted;
}

void spinUntil(int64_t WhenNs) {
  uint64_t State = 88172645463325252U;
  while (now() < WhenNs) {
    for (int Step = 0; Step < 2000; ++Step) {
      State ^= State << 13;
      State ^= State >> 7;
      State ^= State << 17;
    }
    asm volatile("" : : "r"(State));
  }
}

/// Not through libc: the probe must see no file call of ours in an iteration.
static long rawPread(int Descriptor, char *Buffer, unsigned long Size) {
#if defined(__x86_64__)
  register long Offset asm("r10") = 0;
  long Result = SYS_pread64;
  asm volatile("syscall"
               : "+a"(Result)
               : "D"(Descriptor), "S"(Buffer), "d"(Size), "r"(Offset)
               : "rcx", "r11", "memory");
  return Result;
#else
  return syscall(SYS_pread64, Descriptor, Buffer, Size, 0);
#endif
}

Usage operator-(const Usage &After, const Usage &Before) {
  const bool Known = After.RunDelayNs >= 0 && Before.RunDelayNs >= 0;
  return {After.CpuNs - Before.CpuNs,
          After.UserNs - Before.UserNs,
          After.SystemNs - Before.SystemNs,
          Known ? After.RunDelayNs - Before.RunDelayNs : -1,
          After.MinorFaults - Before.MinorFaults,
          After.MajorFaults - Before.MajorFaults};
}

ThreadMeter::ThreadMeter() {
  char Path[64];
  snprintf(Path, sizeof Path, "/proc/self/task/%ld/schedstat",
           syscall(SYS_gettid));
  Schedstat = open(Path, O_RDONLY | O_CLOEXEC);
}

ThreadMeter::~ThreadMeter() {
  if (Schedstat >= 0)
    close(Schedstat);
}

/// schedstat: nanoseconds on a CPU, nanoseconds waiting for one, time slices.
int64_t ThreadMeter::readRunDelay() const {
  char Buffer[96];
  if (Schedstat < 0)
    return -1;
  const long Size = rawPread(Schedstat, Buffer, sizeof Buffer - 1);
  if (Size <= 0)
    return -1;
  Buffer[Size] = '\0';
  char *Next = nullptr;
  const long long OnCpu = strtoll(Buffer, &Next, 10);
  // A kernel that does not account says "0 0 0".
  return OnCpu == 0 ? -1 : strtoll(Next, nullptr, 10);
}

Usage ThreadMeter::read() const {
  Usage Result;
  rusage Resources{};
  getrusage(RUSAGE_THREAD, &Resources);
  Result.CpuNs = clockNs(CLOCK_THREAD_CPUTIME_ID);
  Result.UserNs = Resources.ru_utime.tv_sec * NsPerSecond +
                  Resources.ru_utime.tv_usec * 1000;
  Result.SystemNs = Resources.ru_stime.tv_sec * NsPerSecond +
                    Resources.ru_stime.tv_usec * 1000;
  Result.MinorFaults = Resources.ru_minflt;
  Result.MajorFaults = Resources.ru_majflt;
  Result.RunDelayNs = readRunDelay();
  return Result;
}

} // namespace inject
