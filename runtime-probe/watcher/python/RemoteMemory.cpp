//===- RemoteMemory.cpp - reading another process's memory ----------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/RemoteMemory.h"

#include <algorithm>
#include <bit>
#include <sys/uio.h>

using namespace nostall;

/// Below the kernel's limit of 1024 (UIO_MAXIOV).
static constexpr size_t MaxRangesPerCall = 512;

void RemoteMemory::readAll(std::span<RemoteRange> Ranges) {
  for (RemoteRange &Range : Ranges)
    Range.WasRead = read(Range.Address, Range.Into, Range.Size);
}

bool ProcessMemory::read(uint64_t Address, void *Into, size_t Size) {
  iovec Local{Into, Size};
  iovec Remote{std::bit_cast<void *>(Address), Size};
  return process_vm_readv(Pid, &Local, 1, &Remote, 1, 0) ==
         static_cast<ssize_t>(Size);
}

void ProcessMemory::readAll(std::span<RemoteRange> Ranges) {
  iovec Local[MaxRangesPerCall];
  iovec Remote[MaxRangesPerCall];
  while (!Ranges.empty()) {
    const size_t Count = std::min(Ranges.size(), MaxRangesPerCall);
    for (size_t I = 0; I < Count; ++I) {
      Local[I] = {Ranges[I].Into, Ranges[I].Size};
      Remote[I] = {std::bit_cast<void *>(Ranges[I].Address), Ranges[I].Size};
    }
    ssize_t Left = process_vm_readv(Pid, Local, Count, Remote, Count, 0);
    // The kernel stops at the first range it cannot read: skip that one only.
    size_t I = 0;
    while (I < Count && Left >= static_cast<ssize_t>(Ranges[I].Size)) {
      Left -= static_cast<ssize_t>(Ranges[I].Size);
      Ranges[I++].WasRead = true;
    }
    if (I < Count)
      Ranges[I++].WasRead = false;
    Ranges = Ranges.subspan(I);
  }
}
