//===- TraceState.h - what one trace has told so far ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "exporter/Totals.h"
#include "exporter/TraceTail.h"
#include "reporter/Symbolizer.h"

#include <chrono>
#include <memory>
#include <tuple>

namespace nostall::exporter {

/// Names functions. Debug information takes memory: it is given back when
/// nothing new had to be named for a while.
class FunctionNames {
  std::vector<std::string> DebugFolders;
  std::unique_ptr<report::Symbolizer> Symbols;
  std::chrono::steady_clock::time_point LastUse;

public:
  explicit FunctionNames(std::vector<std::string> DebugFolders)
      : DebugFolders(std::move(DebugFolders)) {}
  report::Stack name(const trace::Stack &S, const report::Trace &T);
  /// To be called from time to time.
  void rest();
};

/// Adds the records of one trace to the totals. Keeps what later records refer
/// to; of stacks only their places in the file, which may be many.
class TraceState {
public:
  /// \p CountFrom: records before that offset are known, and count nothing.
  TraceState(uint32_t Id, Totals &All, FunctionNames &Names, TraceTail &Tail,
             uint64_t CountFrom)
      : Id(Id), All(All), Names(Names), Tail(Tail), CountFrom(CountFrom) {}
  TraceState(const TraceState &) = delete;
  TraceState &operator=(const TraceState &) = delete;

  void take(trace::Record &Record, uint64_t Offset);
  /// Nothing more will come: no loop of it is running.
  void end();
  bool isFinished() const { return Finished; }
  /// How far apart the watcher's records were at last; 0: not known.
  std::chrono::nanoseconds pace() const { return Pace; }

private:
  struct LoopState {
    LoopTotals *Its = nullptr;
    LoopFigures Last;
    bool IsRunning = false;
  };
  /// Process, thread, first moment.
  using LoopKey = std::tuple<uint32_t, int32_t, uint64_t>;
  /// The watcher's figures, to count what is new in them.
  struct WatcherFigures {
    uint64_t CpuNs = 0, Ticks = 0, LateTicks = 0, SlotsExhausted = 0;
    uint64_t ProbeNs = 0, EdgePs = 0, CallPs = 0;
    uint64_t Iterations = 0, Calls = 0; ///< Of all loops.
  };

  void take(const trace::Loop &L);
  void take(const trace::Stall &S);
  void take(const trace::Counted &C);
  template <typename Message> void takeWatcher(const Message &M);
  void priceProbe();
  LoopTotals &loopOf(uint32_t Process, int32_t Tid);
  std::string processName(uint32_t Process) const;
  void addStalls(LoopTotals &Loop, const std::string &RawCause, bool Unfinished,
                 SignatureTable::Amount Amount);
  const SignatureLabels &labels(uint32_t Stack, const std::string &Cause,
                                const std::string &Call);

  uint32_t Id;
  Totals &All;
  FunctionNames &Names;
  TraceTail &Tail;
  uint64_t CountFrom;
  bool IsCounting = false, Finished = false;
  report::Trace Known; ///< Processes and modules.
  std::unordered_map<uint32_t, uint64_t> StackPlaces;
  std::map<std::tuple<uint32_t, std::string, std::string>, SignatureLabels>
      Labels; ///< By stack, cause and call.
  std::map<LoopKey, LoopState> Loops;
  std::map<std::pair<uint32_t, int32_t>, LoopTotals *> Threads;
  WatcherFigures Watcher;
  uint64_t ProgressNs = 0; ///< When the last one was written.
  std::chrono::nanoseconds Pace{0};
};

} // namespace nostall::exporter
