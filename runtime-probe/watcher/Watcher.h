//===- Watcher.h - the process beside the target ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/LoopWatch.h"
#include "watcher/Recorder.h"
#include "watcher/SessionFile.h"

#include <atomic>
#include <map>

namespace nostall {

enum class RunningSampler { Auto, Perf, Signal, None };

struct WatchOptions {
  uint64_t ThresholdNs = 5'000'000;
  RunningSampler Sampler = RunningSampler::Auto;
  /// Threads (comm) whose loops are watched; shell pattern, empty: all.
  std::string Loops;
};

/// The CPU time of this process, in nanoseconds.
uint64_t ownCpuNs();

/// Watches all loops of a session: wakes at half the threshold while any is
/// busy, exactly when an iteration becomes overdue, and sleeps otherwise.
class Watcher {
  SessionFile &File;
  TickClock &Clock;
  Recorder &Out;
  WatchOptions Options;
  RecordSink Sink;
  WatchTotals Totals;
  std::map<uint32_t, std::unique_ptr<LoopWatch>> Loops;
  std::atomic<bool> Stopping = false;
  bool UsePerf = false;
  uint64_t MinorFaultNs = 0, LoopsSeen = 0;
  MachineReading Machine;
  uint64_t MachineReadAt = 0, ActiveAt = 0;
  uint64_t ProgressAtNs = 0; ///< CLOCK_MONOTONIC.

  void adoptNew();
  void retire(uint32_t Index, uint64_t Now);
  void readMachine(uint64_t Now);
  void park(uint64_t Ns);
  void reportProgress(uint64_t NowNs);
  bool isWanted(ThreadNumbers Who) const;

public:
  Watcher(SessionFile &File, TickClock &Clock, Recorder &Out,
          const WatchOptions &Options);

  /// Runs until stop() was called and no watched loop is alive, or, when
  /// Abandon, until stop() was called.
  void run(bool Abandon);
  /// From any thread, also from a signal handler.
  void stop();

  const WatchTotals &totals() const { return Totals; }
  uint64_t loopsSeen() const { return LoopsSeen; }
};

} // namespace nostall
