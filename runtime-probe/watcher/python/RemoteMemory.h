//===- RemoteMemory.h - reading another process's memory --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The target runs while it is read: a range may change, or go, at any moment.
// So a read that fails is an ordinary answer, never an error of ours.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/types.h>

namespace nostall {

/// One range of the other process, and where its bytes go.
struct RemoteRange {
  uint64_t Address = 0;
  void *Into = nullptr;
  size_t Size = 0;
  bool WasRead = false; ///< Set by RemoteMemory: all of it was read.
};

/// The memory of one address space. An interface, for reading a recording and
/// for tests that damage what is read.
class RemoteMemory {
public:
  virtual ~RemoteMemory() = default;

  /// Reads all of the range, or says no; \p Into is then undefined.
  virtual bool read(uint64_t Address, void *Into, size_t Size) = 0;

  /// Reads many ranges, in one system call where it can.
  virtual void readAll(std::span<RemoteRange> Ranges);
};

/// A live process, read by process_vm_readv: it is neither stopped nor told.
class ProcessMemory final : public RemoteMemory {
public:
  explicit ProcessMemory(pid_t Pid) : Pid(Pid) {}

  bool read(uint64_t Address, void *Into, size_t Size) override;
  void readAll(std::span<RemoteRange> Ranges) override;

private:
  pid_t Pid;
};

} // namespace nostall
