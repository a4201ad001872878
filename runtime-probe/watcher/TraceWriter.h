//===- TraceWriter.h - writes the trace file --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/trace.pb.h"
#include "watcher/Unwinder.h"

#include <atomic>
#include <cstdio>
#include <map>
#include <string>

namespace nostall {

/// The format is wire/trace.proto. Records are written at once, so that a trace
/// can be read as far as it got. Bounded: once the file has MaxBytes, stalls
/// are counted by stack and cause, and the counts written at the end. Not
/// thread-safe.
class TraceWriter {
  FILE *File = nullptr;
  uint64_t Written = 0, MaxBytes;
  std::atomic<uint64_t> ProgressBytes = 0;
  bool Failed = false;

  std::map<std::string, uint32_t> ModuleIds, StackIds;
  struct CountedKey {
    uint32_t Process, Stack;
    std::string Cause, Call;
    auto operator<=>(const CountedKey &) const = default;
  };
  std::map<CountedKey, trace::Counted> Beyond;

  uint32_t moduleId(const MappedModule &Module);

public:
  TraceWriter(uint64_t MaxBytes) : MaxBytes(MaxBytes) {}
  ~TraceWriter();
  TraceWriter(const TraceWriter &) = delete;
  TraceWriter &operator=(const TraceWriter &) = delete;

  /// A message on failure, else empty.
  std::string open(const std::string &Path);
  void write(const trace::Record &Record);
  /// A record that a later one replaces.
  void progress(const trace::Record &Record);
  /// For how long to do without one. Twice as long with each 32nd of the bound
  /// that they have taken: a program may run for months. From any thread.
  uint64_t progressPeriodNs() const;
  /// The same frames have the same id. 0 for no frames.
  uint32_t stackId(const UnwoundStack &Stack);
  void stall(const trace::Stall &Stall);
  /// What was counted only; to be called before the last record.
  void writeCounted();
  /// False when a write failed: the disk is full, ...
  bool close();
};

} // namespace nostall
