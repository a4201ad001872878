//===- LoopTotals.cpp - what a loop did so far ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LoopWatch's readings of the totals that the thread keeps in its slot.
//
//===----------------------------------------------------------------------===//

#include "watcher/Calls.h"
#include "watcher/LoopWatch.h"

#include <cstring>

namespace nostall {

std::vector<SiteRecord> LoopWatch::sites() const {
  std::vector<SiteRecord> Result;
  for (const wire::CallSite &Site : S.Sites) {
    SiteRecord R;
    R.Caller = Site.Caller.load(std::memory_order_acquire);
    R.Count = Site.Count.load(std::memory_order_relaxed);
    const InterposedCall *C =
        interposedCall(Site.Call.load(std::memory_order_relaxed));
    if (!R.Caller || !R.Count || !C)
      continue;
    R.Call = C->Name;
    R.TotalNs = Clock.durationNs(Site.Ticks.load(std::memory_order_relaxed));
    R.MaxNs = Clock.durationNs(Site.MaxTicks.load(std::memory_order_relaxed));
    Result.push_back(std::move(R));
  }
  return Result;
}

LoopWatch::WorkReading LoopWatch::readWork(uint64_t Now) {
  uint64_t Sequence, Busy, Iterations;
  do {
    Sequence = S.Sequence.load(std::memory_order_acquire);
    Busy = S.BusyTicks.load(std::memory_order_relaxed);
    Iterations = S.iterations();
    uint64_t Begin = S.Stamp.load(std::memory_order_acquire);
    if ((Sequence & 1) && Now > Begin)
      Busy += Now - Begin;
  } while (S.Sequence.load(std::memory_order_acquire) != Sequence);
  uint64_t Max = S.WindowMaxTicks.exchange(0, std::memory_order_relaxed);
  return {Clock.durationNs(Busy), Iterations, Clock.durationNs(Max)};
}

LoopRecord LoopWatch::totals() const {
  LoopRecord L;
  L.Pid = Pid ? Pid : S.Pid; // Ended before it was looked at.
  L.Tid = Tid ? Tid : S.Tid;
  // What the program calls it says more than the thread's name.
  std::string Given(S.LoopName, strnlen(S.LoopName, sizeof(S.LoopName)));
  L.Thread = Given.empty() ? Name : Given;
  L.Wait = wire::WaitNames[static_cast<unsigned>(S.Wait)];
  auto Value = [](const wire::Shared<uint64_t> &Field) {
    return Field.load(std::memory_order_relaxed);
  };
  L.Iterations = S.iterations();
  uint64_t Busy = Value(S.BusyTicks), Last = S.Stamp.load();
  uint64_t NotIdle = Value(S.FirstStamp) + Busy + Value(S.OtherTicks);
  L.BusyNs = Clock.durationNs(Busy);
  // Read while the loop runs, the parts may be of two iterations.
  L.IdleNs = Last > NotIdle ? Clock.durationNs(Last - NotIdle) : 0;
  L.MaxNs = Clock.durationNs(Value(S.MaxBusyTicks));
  L.Stalls = Stalls;
  L.FirstNs = FirstNs;
  L.LastNs = Clock.toNs(Last);
  for (unsigned I = 0; I < wire::HistogramSize; ++I)
    if (uint64_t Count = Value(S.Histogram[I]))
      L.Buckets.emplace_back(Clock.durationNs(wire::bucketFloor(I)), Count);
  L.LateNs = Clock.durationNs(Value(S.LateTicks));
  L.MaxLateNs = Clock.durationNs(Value(S.MaxLateTicks));
  L.LateWaits = Value(S.LateWaits);
  L.Calls = Value(S.LostCalls);
  for (const wire::CallSite &Site : S.Sites)
    L.Calls += Value(Site.Count);
  L.DroppedStalls = Value(S.DroppedStalls);
  L.DroppedSamples = Value(S.DroppedSamples);
  L.Resumed = Value(S.Resumed);
  L.LostCalls = Value(S.LostCalls);
  return L;
}

void LoopWatch::report() {
  uint64_t Iterations = S.iterations();
  if (Iterations == ReportedIterations)
    return;
  ReportedIterations = Iterations;
  Sink.Loop(totals());
}

} // namespace nostall
