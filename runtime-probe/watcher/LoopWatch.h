//===- LoopWatch.h - watches one event loop ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/Sampler.h"

#include <functional>
#include <map>
#include <memory>

namespace nostall {

/// What the machine did up to a moment.
struct MachineReading {
  uint64_t StealNs = 0;
  uint64_t SuspendedNs = 0; ///< CLOCK_BOOTTIME ahead of CLOCK_MONOTONIC.
};

/// Where finished records go.
struct RecordSink {
  std::function<void(StallRecord)> Stall;
  std::function<void(LoopRecord)> Loop;
  std::function<void(SiteSighting)> Site;
};

/// Follows one slot from its claim to the thread's end. Belongs to the watching
/// thread.
class LoopWatch {
  wire::Slot &S;
  const TickClock &Clock;
  const RecordSink &Sink;
  ThreadInfo Thread;
  Sampler Look;
  pid_t Pid, Tid;
  uint64_t ThresholdTicks, MinorFaultNs;
  std::string Name;
  uint64_t FirstNs; ///< Which loop it is; the clock's rate is adjusted later.
  uint64_t ReportedIterations = ~uint64_t(0);

  /// The iteration that is being looked at.
  uint64_t Current = 0;
  unsigned Level = 0; ///< The next look is at the threshold << Level.
  unsigned Retries = 0; ///< Of looks that brought no stack.
  StallFacts Facts;
  /// Taken while the loop was idle or early in the iteration: what schedstat
  /// says at the end is meant as from here.
  struct Baseline {
    uint64_t Ticks = 0, BusyTicks = 0;
    std::optional<SchedReading> Sched;
    std::optional<FaultReading> Faults;
    MachineReading Machine;
    uint64_t BlockedSince = 0; ///< The thread slept in a call that began then.
  } Before, Early;
  bool HasMachine = false;
  std::optional<uint64_t> ThrottledUs; ///< Of the control group, at
  uint64_t ThrottledAt = 0;
  std::string Task; ///< Its name, in the iteration that is looked at.
  std::map<uint64_t, std::string> EndedTasks;
  struct Keyed {
    uint64_t Sequence;
    TakenSample Sample;
  };
  std::vector<Keyed> Samples;
  /// Facts of iterations that have ended but not been collected.
  std::vector<std::pair<uint64_t, StallFacts>> EndedFacts;
  Windows Work;
  uint64_t LongSeenAt = 0; ///< An iteration that was not short.
  uint64_t LastSequence = ~uint64_t(0), SeenAlive = 0, Stalls = 0;

  Baseline takeBaseline(bool WithFaults);
  void collectSamples();
  void collectSite();
  std::vector<SiteRecord> sites() const;
  struct WorkReading {
    uint64_t BusyNs, Iterations, MaxNs;
  };
  WorkReading readWork(uint64_t Now);
  void collectStalls(uint64_t Now, const MachineReading &Machine, bool Last);
  void estimate(StallFacts &Facts, const wire::FinishedStall &F, uint64_t Now,
                const MachineReading &Machine);
  void estimateFaults(StallFacts &Facts, const wire::FinishedStall &F);
  void estimateBlocked(StallFacts &Facts, const wire::FinishedStall &F,
                       const SchedReading &After) const;
  uint64_t blockedSince() const;
  StallRecord makeRecord(uint64_t Sequence, uint64_t Begin, uint64_t End);
  bool lookAgain();
  LoopRecord totals() const;

public:
  LoopWatch(wire::Slot &S, ThreadNumbers Who, const TickClock &Clock,
            const RecordSink &Sink, WatchTotals &Totals, uint64_t ThresholdTicks, uint64_t MinorFaultNs,
            bool UsePerf);

  pid_t pid() const { return Pid; }
  /// When to come again, in ticks; ~0: nothing is under way.
  uint64_t tick(uint64_t Now, const MachineReading &Machine);
  /// The thread is gone, or runs another program.
  bool hasEnded(uint64_t Now);
  /// No iteration has come near the threshold for a while: looking once in a
  /// threshold is enough, since one that is under way then is looked at when it
  /// reaches the threshold.
  bool isCalm(uint64_t Now) const;
  /// Whether there were iterations since the last call.
  bool wasActive();
  /// The totals so far, where they have changed.
  void report();
  /// The last words, with the iteration that did not end.
  void finish(uint64_t Now, const MachineReading &Machine);
};

} // namespace nostall
