//===- FaultCauses.cpp - a page that comes late -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A slow page fault on any machine: no disk is slow enough for sure, but a
// userfaultfd gives the page when its thread wants to. (Kernels differ in
// whether they count it as a major fault; that of a mapped file always is one.)
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <cstring>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

namespace inject {
namespace {

constexpr size_t PageSize = 4096;
int Faults = -1;
volatile char *LatePage = nullptr;
std::atomic<bool> Stopping{false};
std::thread Giver;

void givePage() {
  uffdio_zeropage Zero{};
  Zero.range.start = reinterpret_cast<uintptr_t>(LatePage);
  Zero.range.len = PageSize;
  if (ioctl(Faults, UFFDIO_ZEROPAGE, &Zero) == 0 || errno != EEXIST)
    return;
  // A signal interrupted the fault, so that it came twice: only wake it.
  ioctl(Faults, UFFDIO_WAKE, &Zero.range);
}

/// Reads the faults with a blocking read: a poll could be taken for a loop.
void givePagesLate() {
  uffd_msg Message;
  while (!Stopping) {
    if (read(Faults, &Message, sizeof Message) != sizeof Message)
      continue;
    if (!Stopping)
      sleepUntil(sharedDeadline().Ns);
    givePage();
  }
}

std::string setUpFaults() {
  // Faults of the kernel would need a privilege; ours are made in user mode.
  Faults = static_cast<int>(
      syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY));
  if (Faults < 0)
    return std::string("userfaultfd: ") + strerror(errno);
  uffdio_api Api{};
  Api.api = UFFD_API;
  if (ioctl(Faults, UFFDIO_API, &Api) != 0)
    return std::string("UFFDIO_API: ") + strerror(errno);
  void *Memory = mmap(nullptr, PageSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Memory == MAP_FAILED)
    return std::string("mmap: ") + strerror(errno);
  uffdio_register Register{};
  Register.range.start = reinterpret_cast<uintptr_t>(Memory);
  Register.range.len = PageSize;
  Register.mode = UFFDIO_REGISTER_MODE_MISSING;
  if (ioctl(Faults, UFFDIO_REGISTER, &Register) != 0)
    return std::string("UFFDIO_REGISTER: ") + strerror(errno);
  LatePage = static_cast<char *>(Memory);
  Giver = std::thread(givePagesLate);
  return "";
}

void takePage() {
  madvise(const_cast<char *>(LatePage), PageSize, MADV_DONTNEED);
}

void prepareUserfault(Injection &) {
  takePage();
  helper::ready();
}

INJECT_FRAME void stallInUserfault(Injection &I) {
  if (*LatePage != 0)
    I.Error = EPROTO;
  keepFrame();
}

void tearDownFaults() {
  // The read cannot be interrupted, but a last fault ends it.
  Stopping = true;
  takePage();
  (void)*LatePage;
  Giver.join();
  close(Faults);
}

} // namespace

Cause userfault() {
  return {.Name = "userfault",
          .Function = "stallInUserfault",
          .Expected = "page-fault",
          .SetUp = setUpFaults,
          .Stall = stallInUserfault,
          .Assist = prepareUserfault,
          .TearDown = tearDownFaults};
}

} // namespace inject
