//===- OwnSession.cpp - a session for a watcher that comes later -*- C++ -*-==//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that was started with the probe but not by `nostall run` makes the
// shared memory itself, when it turns out to have an event loop, for `nostall
// attach`. Until then iterations are counted and nothing else is done.
//
//===----------------------------------------------------------------------===//

#include "probe/Probe.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace nostall::probe {
namespace {

/// The name of the file, with the process's id: no stdio here.
struct Path {
  char Text[64];

  explicit Path(long Pid) {
    strcpy(Text, wire::OwnSessionPrefix);
    char Digits[24];
    int Count = 0;
    do
      Digits[Count++] = static_cast<char>('0' + Pid % 10);
    while (Pid /= 10);
    char *At = Text + strlen(Text);
    while (Count)
      *At++ = Digits[--Count];
    *At = 0;
  }
};

bool kernelTrustsTsc() {
  long Fd = rawSyscall(
      SYS_openat, AT_FDCWD,
      reinterpret_cast<long>("/sys/devices/system/clocksource/clocksource0/"
                             "current_clocksource"),
      O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return false;
  char Text[16] = {};
  rawSyscall(SYS_read, Fd, reinterpret_cast<long>(Text), sizeof(Text) - 1);
  rawSyscall(SYS_close, Fd);
  return strcmp(Text, "tsc\n") == 0;
}

/// The inode that names it; 0 when that cannot be told.
uint64_t pidNamespace() {
  struct stat Status;
  return rawSyscall(SYS_newfstatat, AT_FDCWD,
                    reinterpret_cast<long>("/proc/self/ns/pid"),
                    reinterpret_cast<long>(&Status), 0) == 0
             ? Status.st_ino
             : 0;
}

long Owner; ///< Of the file; 0: none was made here.

__attribute__((destructor)) void removeFile() {
  if (Owner && Owner == rawSyscall(SYS_getpid))
    rawSyscall(SYS_unlinkat, AT_FDCWD,
               reinterpret_cast<long>(Path(Owner).Text), 0);
}

} // namespace

wire::Session *makeOwnSession() {
  if (seccompFilter() == Filter::Own)
    return nullptr;
  long Pid = rawSyscall(SYS_getpid);
  Path File(Pid);
  long Name = reinterpret_cast<long>(File.Text);
  rawSyscall(SYS_unlinkat, AT_FDCWD, Name, 0); // A dead process's.
  long Fd = rawSyscall(SYS_openat, AT_FDCWD, Name,
                       O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       0600);
  if (Fd < 0)
    return nullptr;
  auto Size = static_cast<long>(wire::fileSize(wire::MinSlots));
  long Address = -1;
  if (rawSyscall(SYS_ftruncate, Fd, Size) == 0)
    Address = rawSyscall(SYS_mmap, 0, Size, PROT_READ | PROT_WRITE, MAP_SHARED,
                         Fd, 0);
  rawSyscall(SYS_close, Fd);
  if (Address < 0) {
    rawSyscall(SYS_unlinkat, AT_FDCWD, Name, 0);
    return nullptr;
  }
  Owner = Pid;
  auto *S = reinterpret_cast<wire::Session *>(Address);
  S->Version = wire::Version;
  S->SlotSize = sizeof(wire::Slot);
  S->Slots = wire::MinSlots;
  S->Clock = kernelTrustsTsc() ? wire::ClockKind::Tsc
                               : wire::ClockKind::Monotonic;
  S->TicksPerNs = 1; // The watcher knows better.
  S->Threshold = ~uint64_t(0);
  S->UseSignal = 1;
  S->CallCount = CallCount;
  S->PidNamespace = pidNamespace();
  S->Processes.store(1);
  S->Magic = wire::Magic;
  return S;
}

} // namespace nostall::probe
