//===- Recorder.h - unwinds and writes what was watched ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/ProbeCost.h"
#include "watcher/StallRecord.h"
#include "watcher/TraceWriter.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <variant>

namespace nostall {

/// A thread of its own: reading the modules of a large program takes a while,
/// and the watching thread must not be late.
class Recorder {
  struct ProcessSeen {
    pid_t Pid;
  };
  using Item =
      std::variant<ProcessSeen, StallRecord, LoopRecord, SiteSighting,
                   ProgressRecord>;

  TraceWriter &Out;
  ProbePrices &Prices;
  std::mutex Lock;
  std::condition_variable Filled;
  std::deque<Item> Queue;
  bool IsClosing = false;
  uint64_t DroppedRecords = 0;
  std::thread Thread;

  // The thread's own.
  struct Process {
    uint32_t Id;
    Unwinder Stacks;
    std::string Executable;
  };
  std::map<pid_t, Process> Processes;
  /// Stacks seen at the places where a thread makes calls, by return address.
  std::map<std::pair<pid_t, pid_t>, std::map<uint64_t, std::set<uint32_t>>>
      SiteStacks;
  uint32_t LastId = 0;

  void run();
  void push(Item I);
  Process &process(pid_t Pid);
  void write(const StallRecord &Stall);
  void write(const LoopRecord &Loop);
  void write(const ProgressRecord &Progress);
  void writeSites(const LoopRecord &Loop, trace::Loop &Out);
  void note(const SiteSighting &Seen);
  uint32_t stackOf(Process &P, pid_t Tid, const StackCopy &Copy,
                   const std::vector<InterpreterFrame> &Interpreter);

public:
  /// \p Prices are asked by the recorder's thread, until close().
  Recorder(TraceWriter &Out, ProbePrices &Prices);
  ~Recorder();

  // To be called by the watching thread; none of these waits.
  void seen(pid_t Pid) { push(ProcessSeen{Pid}); }
  void add(StallRecord Stall) { push(std::move(Stall)); }
  void add(LoopRecord Loop) { push(std::move(Loop)); }
  void add(SiteSighting Seen) { push(std::move(Seen)); }
  void add(ProgressRecord Progress) { push(Progress); }

  /// How far apart records of what is still going on should be.
  uint64_t progressPeriodNs() const { return Out.progressPeriodNs(); }

  /// Writes all that is queued, and ends the thread.
  void close();
  /// Stalls whose stacks were given up because unwinding fell behind.
  uint64_t dropped() const { return DroppedRecords; }
};

} // namespace nostall
