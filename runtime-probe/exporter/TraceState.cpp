//===- TraceState.cpp - what one trace has told so far ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/TraceState.h"

#include "reporter/CleanText.h"
#include "reporter/KindTable.h"
#include "reporter/Words.h"

#include "llvm/ADT/StringSwitch.h"

#include <algorithm>

namespace nostall::exporter {
namespace {

/// Bounds on what a damaged trace, or one that never ends, makes us keep.
constexpr size_t MaxModules = 20'000, MaxStacks = 2'000'000,
                 MaxThreads = 20'000, MaxLabels = 5'000;
constexpr size_t MaxName = 80;
constexpr std::chrono::seconds RestAfter(30);

/// One of docs/formats.md: a trace may hold anything.
std::string knownCause(llvm::StringRef Cause) {
  if (Cause.empty())
    return "unknown";
  bool IsKnown =
      llvm::StringSwitch<bool>(Cause)
          .Cases("suspended", "debugger", "stopped", "throttled", "steal", true)
          .Cases("runqueue", "page-fault", "system", "cpu", "file", true)
          .Cases("socket", "dns", "sleep", "lock", "wait", true)
          .Cases("process", "ipc", "stdio", "device", true)
          .Default(false);
  return IsKnown ? Cause.str() : "other";
}

/// Its end says more than its start: namespaces come first.
std::string shortName(std::string Name) {
  if (Name.size() <= MaxName)
    return Name;
  size_t From = Name.size() - MaxName + 3;
  while (From < Name.size() &&
         (static_cast<unsigned char>(Name[From]) & 0xc0) == 0x80)
    ++From; // Within a character.
  return "..." + Name.substr(From);
}

LoopFigures figuresOf(const trace::Loop &L) {
  LoopFigures F;
  F.Iterations = L.iterations();
  F.BusyNs = L.busy_ns();
  F.IdleNs = L.idle_ns();
  F.Stalls = L.stalls();
  F.LateWaits = L.late_waits();
  F.LateNs = L.late_total_ns();
  F.DroppedStalls = L.dropped_stalls();
  F.DroppedSamples = L.dropped_samples();
  F.Calls = L.calls();
  int Buckets = std::min(L.bucket_ns_size(), L.bucket_count_size());
  for (int I = 0; I < Buckets; ++I) {
    for (size_t Bound = 0; Bound < IterationBoundsNs.size(); ++Bound)
      if (L.bucket_ns(I) < IterationBoundsNs[Bound])
        F.Below[Bound] += L.bucket_count(I);
    F.Below.back() += L.bucket_count(I);
  }
  return F;
}

} // namespace

report::Stack FunctionNames::name(const trace::Stack &S,
                                  const report::Trace &T) {
  if (!Symbols)
    Symbols = std::make_unique<report::Symbolizer>(DebugFolders);
  LastUse = std::chrono::steady_clock::now();
  return Symbols->symbolize(S, T);
}

void FunctionNames::rest() {
  if (Symbols && std::chrono::steady_clock::now() - LastUse > RestAfter)
    Symbols.reset();
}

std::string TraceState::processName(uint32_t Process) const {
  auto It = Known.Processes.find(Process);
  return It == Known.Processes.end() ? "unknown"
                                     : report::cleanText(It->second.name());
}

LoopTotals &TraceState::loopOf(uint32_t Process, int32_t Tid) {
  if (auto It = Threads.find({Process, Tid}); It != Threads.end())
    return *It->second;
  // No word of its loop yet. A first thread is called as the process is.
  auto Its = Known.Processes.find(Process);
  bool IsFirst = Its != Known.Processes.end() && Its->second.pid() == Tid;
  std::string Name = processName(Process);
  return All.loop({Name, IsFirst ? Name : "unknown"}, Id);
}

void TraceState::take(const trace::Loop &L) {
  LoopKey Key = {L.process(), L.tid(), L.first_ns()};
  if (!Loops.count(Key) && Loops.size() >= MaxThreads)
    return;
  LoopState &State = Loops[Key];
  if (!State.Its) {
    State.Its = &All.loop(
        {processName(L.process()), report::cleanText(L.thread())}, Id);
    Threads[{L.process(), L.tid()}] = State.Its;
    State.IsRunning = true;
    ++State.Its->Running;
  }
  LoopFigures Before = State.Last, Ignored;
  LoopFigures &Into = IsCounting ? State.Its->All : Ignored;
  Into.addChange(figuresOf(L), State.Last);
  if (IsCounting)
    State.Its->MaxNs = std::max<uint64_t>(State.Its->MaxNs, L.max_ns());
  Watcher.Iterations += State.Last.Iterations - Before.Iterations;
  Watcher.Calls += State.Last.Calls - Before.Calls;
  priceProbe();
  // Only the last record of a loop has its work over time.
  if (L.window_width_ns() == 0)
    return;
  if (std::exchange(State.IsRunning, false))
    --State.Its->Running;
  Threads.erase({L.process(), L.tid()});
  Loops.erase(Key);
}

/// An estimate: an iteration has two edges.
void TraceState::priceProbe() {
  uint64_t Ns = Watcher.Iterations * 2 * Watcher.EdgePs / 1000 +
                Watcher.Calls * Watcher.CallPs / 1000;
  if (Ns <= Watcher.ProbeNs)
    return;
  if (IsCounting)
    All.ProbeNs += Ns - Watcher.ProbeNs;
  Watcher.ProbeNs = Ns;
}

const SignatureLabels &TraceState::labels(uint32_t Stack,
                                          const std::string &Cause,
                                          const std::string &Call) {
  if (Labels.size() >= MaxLabels)
    Labels.clear(); // They are found again.
  auto [It, New] = Labels.try_emplace({Stack, Cause, Call});
  if (!New)
    return It->second;
  report::Stack Frames;
  trace::Record Record;
  if (auto Place = StackPlaces.find(Stack);
      Place != StackPlaces.end() && Tail.readAt(Place->second, Record))
    Frames = Names.name(Record.stack(), Known);
  std::string Clean = report::cleanText(Cause);
  std::string Function = report::programPlace(Frames);
  It->second = {report::signatureId(Clean, report::cleanText(Call), Frames),
                shortName(report::cleanText(Function)), knownCause(Cause)};
  return It->second;
}

void TraceState::addStalls(LoopTotals &Loop, const std::string &RawCause,
                           bool Unfinished, SignatureTable::Amount Amount) {
  StallFigures &F = Loop.Causes[knownCause(RawCause)];
  if (Unfinished) {
    F.Unfinished += Amount.Count;
    return;
  }
  F.Count += Amount.Count;
  F.Ns += Amount.Ns;
}

void TraceState::take(const trace::Stall &S) {
  if (!IsCounting)
    return;
  LoopTotals &Loop = loopOf(S.process(), S.tid());
  Loop.Victims += S.victims();
  SignatureTable::Amount One = {1, S.duration_ns()};
  addStalls(Loop, S.cause(), S.unfinished(), One);
  if (!S.unfinished() && !report::isMachineMade(S.cause()))
    All.Signatures.add(labels(S.stack(), S.cause(), S.call()), One, Id);
}

void TraceState::take(const trace::Counted &C) {
  if (!IsCounting)
    return;
  LoopTotals &Loop = All.loop({processName(C.process()), "unknown"}, Id);
  Loop.Victims += C.victims();
  SignatureTable::Amount Some = {C.count(), C.total_ns()};
  addStalls(Loop, C.cause(), false, Some);
  if (!report::isMachineMade(C.cause()))
    All.Signatures.add(labels(C.stack(), C.cause(), C.call()), Some, Id);
}

/// Progress or Finish.
template <typename Message> void TraceState::takeWatcher(const Message &M) {
  auto Add = [this](uint64_t &Sum, uint64_t Value, uint64_t &Last) {
    if (Value <= Last)
      return;
    if (IsCounting)
      Sum += Value - Last;
    Last = Value;
  };
  Add(All.WatcherCpuNs, M.watcher_cpu_ns(), Watcher.CpuNs);
  Add(All.Ticks, M.ticks(), Watcher.Ticks);
  Add(All.LateTicks, M.late_ticks(), Watcher.LateTicks);
  Add(All.SlotsExhausted, M.slots_exhausted(), Watcher.SlotsExhausted);
  Watcher.EdgePs = M.probe_edge_ps();
  Watcher.CallPs = M.probe_call_ps();
  priceProbe();
}

void TraceState::take(trace::Record &R, uint64_t Offset) {
  IsCounting = Offset >= CountFrom;
  ++All.Records;
  switch (R.of_case()) {
  case trace::Record::kProcess:
    if (Known.Processes.size() < MaxThreads)
      Known.Processes[R.process().id()] = std::move(*R.mutable_process());
    return;
  case trace::Record::kModule:
    if (Known.Modules.size() < MaxModules)
      Known.Modules[R.module().id()] = std::move(*R.mutable_module());
    return;
  case trace::Record::kStack:
    if (StackPlaces.size() < MaxStacks)
      StackPlaces[R.stack().id()] = Offset;
    return;
  case trace::Record::kStall:
    return take(R.stall());
  case trace::Record::kLoop:
    return take(R.loop());
  case trace::Record::kCounted:
    return take(R.counted());
  case trace::Record::kProgress:
    if (uint64_t Now = R.progress().monotonic_ns(); Now > ProgressNs) {
      if (ProgressNs)
        Pace = std::chrono::nanoseconds(Now - ProgressNs);
      ProgressNs = Now;
    }
    return takeWatcher(R.progress());
  case trace::Record::kFinish:
    takeWatcher(R.finish());
    return end();
  case trace::Record::kStart:
  case trace::Record::OF_NOT_SET: // Of a later version.
    return;
  }
}

void TraceState::end() {
  Finished = true;
  for (auto &[Key, State] : Loops)
    if (std::exchange(State.IsRunning, false))
      --State.Its->Running;
}

} // namespace nostall::exporter
