//===- StallRecord.h - what the watcher collects of a stall -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values that go from the thread that watches, which must not be late, to the
// one that unwinds and writes, which may take its time.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/Cause.h"
#include "watcher/Unwinder.h"
#include "watcher/Windows.h"

#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// A frame of an interpreter, read while the thread stood where it stands.
struct InterpreterFrame {
  std::string Function, File;
  unsigned Line = 0;
  bool IsEntry = false; ///< Called from C.
};

/// One look at a thread during a stall. Times in nanoseconds, CLOCK_MONOTONIC.
struct TakenSample {
  uint64_t BeginNs = 0; ///< Of the call; else when it was taken.
  uint64_t EndNs = 0;
  bool IsCallExit = false;
  std::string Call; ///< Interposed; empty: none.
  std::string Category; ///< The call's, while it lasted.
  const char *How = "";
  char State = '?';
  int64_t Syscall = -1;
  StackCopy Stack;
  std::vector<InterpreterFrame> Interpreter;
  pid_t OwnerTid = 0; ///< Holder of the lock that it waits for.
  std::optional<StackCopy> Owner;
  std::vector<InterpreterFrame> OwnerInterpreter;
};

struct StallRecord {
  pid_t Pid = 0, Tid = 0;
  uint64_t StartNs = 0;
  uint32_t Victims = 0;
  bool Unfinished = false;
  std::string Task;
  StallFacts Facts;
  std::vector<TakenSample> Samples;
};

/// The stack of one call from a place that makes them.
struct SiteSighting {
  pid_t Pid = 0, Tid = 0;
  uint64_t Caller = 0; ///< Return address.
  StackCopy Stack;
};

/// All calls from one return address.
struct SiteRecord {
  uint64_t Caller = 0;
  std::string Call;
  uint64_t Count = 0, TotalNs = 0, MaxNs = 0;
};

struct LoopRecord {
  pid_t Pid = 0, Tid = 0;
  std::string Thread, Wait;
  uint64_t Iterations = 0, BusyNs = 0, IdleNs = 0, MaxNs = 0, Stalls = 0;
  uint64_t FirstNs = 0, LastNs = 0;
  std::vector<std::pair<uint64_t, uint64_t>> Buckets; ///< Floor in ns, count.
  uint64_t LateNs = 0, MaxLateNs = 0, LateWaits = 0;
  uint64_t Calls = 0, DroppedStalls = 0, DroppedSamples = 0, Resumed = 0;
  uint64_t LostCalls = 0;
  bool IsLast = false; ///< It has ended, and the rest is there:
  std::vector<SiteRecord> Sites;
  Windows Work{0};
};

/// What the watching cost up to now. Times are CLOCK_MONOTONIC, nanoseconds.
struct ProgressRecord {
  uint64_t AtNs = 0, CpuNs = 0;
  uint64_t Ticks = 0, LateTicks = 0;
  uint32_t Processes = 0;
  uint64_t SlotsExhausted = 0, WaitsNoLoop = 0;
};

/// What the watcher did, for the end of the trace.
struct WatchTotals {
  uint64_t Ticks = 0, LateTicks = 0;
  uint64_t Remote = 0, Signal = 0, Perf = 0, CallExit = 0, Failed = 0;
  std::vector<std::string> Notes;

  void note(std::string Text) {
    for (const std::string &Known : Notes)
      if (Known == Text)
        return;
    Notes.push_back(std::move(Text));
  }
};

} // namespace nostall
