//===- CpuCauses.cpp - stalls that use the CPU ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <sys/mman.h>
#include <sys/random.h>

namespace inject {
namespace {

INJECT_FRAME void stallInUserSpin(Injection &I) {
  spinUntil(I.DeadlineNs);
  keepFrame();
}

char Noise[64 * 1024];

INJECT_FRAME void stallInSystemCpu(Injection &I) {
  while (now() < I.DeadlineNs)
    insist(I, [] { return getrandom(Noise, sizeof Noise, 0); });
}

constexpr size_t PageSize = 4096;
constexpr size_t StormSize = 32 * 1024 * 1024;
char *Storm = nullptr;

std::string setUpStorm() {
  void *Memory = mmap(nullptr, StormSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Memory == MAP_FAILED)
    return "mmap failed";
  // A huge page would be a single, long fault.
  madvise(Memory, StormSize, MADV_NOHUGEPAGE);
  Storm = static_cast<char *>(Memory);
  return "";
}

void emptyStorm(Injection &) {
  madvise(Storm, StormSize, MADV_DONTNEED);
  helper::ready();
}

INJECT_FRAME void stallInMinorFaults(Injection &I) {
  volatile char *const Pages = Storm;
  size_t At = 0;
  while (now() < I.DeadlineNs) {
    for (int Count = 0; Count < 16; ++Count, At += PageSize)
      Pages[At] = 1;
    if (At < StormSize)
      continue;
    madvise(Storm, StormSize, MADV_DONTNEED);
    At = 0;
  }
}

} // namespace

Cause userSpin() {
  return {.Name = "user-spin",
          .Function = "stallInUserSpin",
          .Expected = "cpu",
          .Stall = stallInUserSpin};
}

Cause systemCpu() {
  return {.Name = "system-cpu",
          .Function = "stallInSystemCpu",
          .Expected = "system",
          .Stall = stallInSystemCpu};
}

Cause minorFaults() {
  return {.Name = "minor-faults",
          .Function = "stallInMinorFaults",
          .Expected = "page-fault",
          .SetUp = setUpStorm,
          .Stall = stallInMinorFaults,
          .Assist = emptyStorm};
}

} // namespace inject
