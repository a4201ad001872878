//===- Sampler.h - looks at a thread during a stall -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/PerfSampler.h"
#include "watcher/SessionFile.h"
#include "watcher/StallRecord.h"
#include "watcher/ThreadInfo.h"
#include "watcher/python/PythonFrames.h"

#include <memory>

namespace nostall {

/// Takes the stack of one loop's thread: from the registers that an interposed
/// call left, without touching the thread; of running code by perf_event or,
/// where that is not permitted, by one signal. Belongs to the watching thread.
class Sampler {
  wire::Slot &S;
  const TickClock &Clock;
  const ThreadInfo &Thread;
  WatchTotals &Totals;
  pid_t Pid, Tid;
  bool SignalPending = false;
  std::unique_ptr<PerfSample> Perf; ///< Open: the thread has not run since.
  uint64_t PerfSequence = 0;
  bool MayReadMemory = true;
  bool MayUsePerf = true;
  bool MaySignal = true;

  ProcessMemory Memory;
  std::optional<PythonProcess> Python;
  unsigned PythonTries = 0;

  bool copyStack(StackCopy &Copy);
  std::vector<InterpreterFrame> interpreterFrames(pid_t Tid);
  void addOwner(TakenSample &Sample, uint32_t Call, const uint64_t *Arguments);
  std::optional<TakenSample> fromCall();
  std::optional<TakenSample> fromSyscall(const SyscallReading &Reading);
  std::optional<TakenSample> byPerf(uint64_t Sequence);
  TakenSample fromPerf(StackCopy Copy);
  void sendSignal(uint64_t Sequence);

public:
  Sampler(wire::Slot &S, ThreadNumbers Who, const TickClock &Clock, const ThreadInfo &Thread,
          WatchTotals &Totals, bool UsePerf);

  /// One look, during the iteration Sequence. What a signal brings comes later,
  /// through the slot. Adds to what Facts counts.
  std::optional<TakenSample> look(uint64_t Sequence, StallFacts &Facts);
  /// Whether a signal or an event of perf is under way; to be asked again soon.
  bool isPending();
  /// What perf brought since the look at the iteration Sequence.
  std::optional<TakenSample> takePending(uint64_t Sequence);
  /// A sample that the thread made itself.
  TakenSample fromThread(const wire::Sample &Sample);
  /// Of the call, on what its descriptor refers to now.
  std::string category(uint32_t Call, uint64_t FirstArgument);
};

} // namespace nostall
