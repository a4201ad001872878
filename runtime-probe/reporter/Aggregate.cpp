//===- Aggregate.cpp - from traces to one report ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Aggregate.h"

#include "reporter/CleanText.h"
#include "reporter/Suppressions.h"
#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace nostall::report {

//===----------------------------------------------------------------------===//
// One trace
//===----------------------------------------------------------------------===//

/// The work on one trace: what is known per file.
class Aggregator::OneTrace {
public:
  OneTrace(Aggregator &All, const Trace &T)
      : All(All), Report(All.Report), T(T),
        Index(static_cast<uint32_t>(All.Report.Traces.size())) {}
  void run();

private:
  void info();
  void loops();
  void sites(const trace::Loop &L);
  void stall(const trace::Stall &S);
  void counted(const trace::Counted &C);
  void reach();
  void finish();

  const Stack &stack(uint32_t Id);
  bool suppressed(const std::string &Cause, const std::string &Call,
                  const Stack &Frames, uint64_t Count, uint64_t TotalNs);
  KindTable &tableFor(const std::string &Cause) {
    return isMachineMade(Cause) ? All.Machine : All.Program;
  }
  std::string processName(uint32_t Process) const;
  std::string threadName(uint32_t Process, int32_t Tid) const;
  std::string owner(const trace::Stall &S) const;
  int32_t pid(uint32_t Process) const {
    auto It = T.Processes.find(Process);
    return It == T.Processes.end() ? 0 : It->second.pid();
  }

  Aggregator &All;
  StallReport &Report;
  const Trace &T;
  uint32_t Index;
  uint64_t LastNs = 0;
  std::unordered_map<uint32_t, Stack> Stacks;
  std::map<std::pair<uint32_t, int32_t>, std::string> Threads;
};

const Stack &Aggregator::OneTrace::stack(uint32_t Id) {
  auto [It, New] = Stacks.try_emplace(Id);
  if (New)
    if (auto Found = T.Stacks.find(Id); Found != T.Stacks.end())
      It->second = All.Symbols.symbolize(Found->second, T);
  return It->second;
}

std::string Aggregator::OneTrace::processName(uint32_t Process) const {
  auto It = T.Processes.find(Process);
  return It == T.Processes.end() ? "" : cleanText(It->second.name());
}

std::string Aggregator::OneTrace::threadName(uint32_t Process,
                                             int32_t Tid) const {
  if (auto It = Threads.find({Process, Tid}); It != Threads.end())
    return It->second;
  std::string Name = processName(Process);
  return Name.empty() ? fmt::format("thread {}", Tid) : Name;
}

std::string Aggregator::OneTrace::owner(const trace::Stall &S) const {
  for (const trace::Sample &Sample : S.samples())
    if (Sample.owner_tid() != 0 &&
        (S.owner_stack() == 0 || Sample.owner_stack() == S.owner_stack())) {
      auto It = Threads.find({S.process(), Sample.owner_tid()});
      std::string Name = fmt::format("thread {}", Sample.owner_tid());
      return It == Threads.end() ? Name : Name + " '" + It->second + "'";
    }
  return "";
}

bool Aggregator::OneTrace::suppressed(const std::string &Cause,
                                      const std::string &Call,
                                      const Stack &Frames, uint64_t Count,
                                      uint64_t TotalNs) {
  SuppressionUse *Rule =
      findSuppression(Report.Suppressions, Cause, Call, Frames);
  if (!Rule)
    return false;
  Rule->Count += Count;
  Rule->TotalNs += TotalNs;
  Report.Suppressed += Count;
  return true;
}

static TimeSplit split(const trace::Stall &S) {
  return {S.run_ns(), S.runqueue_ns(), S.call_ns(), S.minor_faults(),
          S.major_faults()};
}

void Aggregator::OneTrace::stall(const trace::Stall &S) {
  LastNs = std::max(LastNs, S.start_ns() + S.duration_ns());
  std::string Cause = cleanText(S.cause()), Call = cleanText(S.call());
  const Stack &Frames = stack(S.stack());
  if (suppressed(Cause, Call, Frames, 1, S.duration_ns()))
    return;
  ++(Frames.empty() ? Report.Seen.StallsWithoutStack
                    : Report.Seen.StallsWithStack);
  auto Its = T.Stacks.find(S.stack());
  KindTable::Addition A{.Cause = Cause,
                        .Call = Call,
                        .Frames = Frames,
                        .Truncated =
                            Its != T.Stacks.end() && Its->second.truncated(),
                        .Thread = threadName(S.process(), S.tid()),
                        .TotalNs = S.duration_ns(),
                        .MaxNs = S.duration_ns(),
                        .Victims = S.victims(),
                        .Split = split(S),
                        .OwnerFrames = stack(S.owner_stack()),
                        .Owner = owner(S),
                        .Task = cleanText(S.task())};
  KindTable &Table = S.unfinished() ? All.Unfinished : tableFor(Cause);
  Report.Stalls.push_back({.SignatureId = Table.add(A),
                           .Trace = Index,
                           .Pid = pid(S.process()),
                           .Tid = S.tid(),
                           .StartNs = S.start_ns(),
                           .DurationNs = S.duration_ns(),
                           .Cause = Cause,
                           .Task = A.Task,
                           .Split = A.Split,
                           .Unfinished = S.unfinished()});
}

void Aggregator::OneTrace::counted(const trace::Counted &C) {
  if (C.count() == 0)
    return;
  std::string Cause = cleanText(C.cause()), Call = cleanText(C.call());
  const Stack &Frames = stack(C.stack());
  if (suppressed(Cause, Call, Frames, C.count(), C.total_ns()))
    return;
  (Frames.empty() ? Report.Seen.StallsWithoutStack
                  : Report.Seen.StallsWithStack) += C.count();
  static const Stack None;
  std::string Process = processName(C.process());
  tableFor(Cause).add({.Cause = Cause,
                       .Call = Call,
                       .Frames = Frames,
                       .Thread = Process.empty() ? "(any thread)" : Process,
                       .Count = C.count(),
                       .TotalNs = C.total_ns(),
                       .MaxNs = C.max_ns(),
                       .Victims = C.victims(),
                       .Split = {},
                       .OwnerFrames = None,
                       .Owner = "",
                       .Task = ""});
}

static std::vector<std::pair<uint64_t, uint64_t>>
histogram(const trace::Loop &L) {
  std::vector<std::pair<uint64_t, uint64_t>> Buckets;
  int Count = std::min(L.bucket_ns_size(), L.bucket_count_size());
  Buckets.reserve(static_cast<size_t>(Count));
  for (int I = 0; I < Count; ++I)
    Buckets.emplace_back(L.bucket_ns(I), L.bucket_count(I));
  return Buckets;
}

static Timeline timeline(const trace::Loop &L) {
  Timeline Result;
  Result.StartNs = L.window_start_ns();
  Result.WidthNs = L.window_width_ns();
  int Count = std::min({L.window_busy_ns_size(), L.window_iterations_size(),
                        L.window_max_ns_size()});
  if (!Result.WidthNs)
    Count = 0;
  for (int I = 0; I < Count; ++I)
    Result.Windows.push_back(
        {L.window_busy_ns(I), L.window_iterations(I), L.window_max_ns(I)});
  return Result;
}

void Aggregator::OneTrace::sites(const trace::Loop &L) {
  constexpr size_t MaxFrames = 200'000;
  constexpr int MaxStacks = 64; // The watcher sees half as many.
  Report.LostCalls += L.lost_calls();
  uint64_t Counted = L.lost_calls();
  for (const trace::CallSite &S : L.sites()) {
    Counted += S.count();
    CallSite Site{.Trace = Index,
                  .Pid = pid(L.process()),
                  .Tid = L.tid(),
                  .Call = cleanText(S.call()),
                  .Count = S.count(),
                  .TotalNs = S.total_ns(),
                  .MaxNs = S.max_ns(),
                  .Stacks = {}};
    for (int I = 0; I < std::min(S.stacks_size(), MaxStacks); ++I) {
      const Stack &Frames = stack(S.stacks(I));
      if (Frames.empty() || All.SiteFrames > MaxFrames)
        continue;
      All.SiteFrames += Frames.size();
      Site.Stacks.push_back(Frames);
    }
    Report.SitesComplete &= !Site.Stacks.empty();
    Report.Sites.push_back(std::move(Site));
  }
  Report.SitesComplete &= Counted >= L.calls();
}

void Aggregator::OneTrace::loops() {
  for (const trace::Loop &L : T.Loops)
    Threads[{L.process(), L.tid()}] = cleanText(L.thread());
  const trace::Finish Prices = T.Finish.value_or(trace::Finish());
  for (const trace::Loop &L : T.Loops) {
    LastNs = std::max(LastNs, L.last_ns());
    std::vector<std::pair<uint64_t, uint64_t>> Buckets = histogram(L);
    Report.Loops.push_back({.Trace = Index,
                            .Pid = pid(L.process()),
                            .Tid = L.tid(),
                            .Process = processName(L.process()),
                            .Thread = cleanText(L.thread()),
                            .Wait = cleanText(L.wait()),
                            .Iterations = L.iterations(),
                            .BusyNs = L.busy_ns(),
                            .IdleNs = L.idle_ns(),
                            .P50Ns = quantile(Buckets, 500),
                            .P99Ns = quantile(Buckets, 990),
                            .MaxNs = L.max_ns(),
                            .Stalls = L.stalls(),
                            .FirstNs = L.first_ns(),
                            .LastNs = L.last_ns(),
                            .LateTotalNs = L.late_total_ns(),
                            .LateMaxNs = L.late_max_ns(),
                            .LateWaits = L.late_waits(),
                            .Histogram = std::move(Buckets),
                            .Work = timeline(L)});
    if (All.WithSites)
      sites(L);
    Report.Dropped += L.dropped_stalls();
    Report.Seen.DroppedSamples += L.dropped_samples();
    Report.Cost.LoopNs += L.busy_ns() + L.idle_ns();
    // An iteration has two edges.
    Report.Cost.ProbeNs += L.iterations() * 2 * Prices.probe_edge_ps() / 1000 +
                           L.calls() * Prices.probe_call_ps() / 1000;
  }
}

void Aggregator::OneTrace::info() {
  const trace::Start &S = T.Start;
  TraceInfo I;
  I.File = cleanText(T.File);
  I.Host = cleanText(S.host());
  I.Kernel = cleanText(S.kernel());
  I.BootId = cleanText(S.boot_id());
  I.Version = cleanText(S.version());
  for (const std::string &Word : S.command())
    I.Command.push_back(cleanText(Word));
  I.RealtimeNs = S.realtime_ns();
  I.MonotonicNs = S.monotonic_ns();
  I.ThresholdNs = S.threshold_ns();
  I.Finished = T.Finish.has_value();
  uint64_t End = LastNs;
  if (T.Finish) {
    I.ExitStatus = T.Finish->exit_status();
    End = T.Finish->monotonic_ns();
  }
  I.DurationNs = End > I.MonotonicNs ? End - I.MonotonicNs : 0;
  Report.Traces.push_back(std::move(I));
}

/// What would have been seen, had it happened.
void Aggregator::OneTrace::reach() {
  Report.SitesComplete &= T.Finish && T.Finish->slots_exhausted() == 0 &&
                          T.Start.loops().empty();
  std::vector<std::string> Calls(T.Start.calls().begin(),
                                 T.Start.calls().end());
  llvm::sort(Calls);
  if (Index == 0)
    Report.Interposed = std::move(Calls);
  else
    llvm::erase_if(Report.Interposed, [&](const std::string &Call) {
      return !llvm::binary_search(Calls, Call);
    });
}

void Aggregator::OneTrace::finish() {
  Coverage &Seen = Report.Seen;
  for (const std::string &Note : T.Start.notes())
    Seen.Notes.push_back(cleanText(Note));
  if (!T.Finish) {
    Seen.Processes += static_cast<uint32_t>(T.Processes.size());
    return;
  }
  const trace::Finish &F = *T.Finish;
  for (const std::string &Note : F.notes())
    Seen.Notes.push_back(cleanText(Note));
  Seen.Processes += F.processes();
  Seen.WaitsNoLoop += F.waits_no_loop();
  Seen.SlotsExhausted += F.slots_exhausted();
  Seen.SamplesCallExit += F.samples_call_exit();
  Seen.SamplesRemote += F.samples_remote();
  Seen.SamplesSignal += F.samples_signal();
  Seen.SamplesPerf += F.samples_perf();
  Seen.SamplesFailed += F.samples_failed();
  Report.Cost.WatcherCpuNs += F.watcher_cpu_ns();
  Report.Cost.Ticks += F.ticks();
  Report.Cost.LateTicks += F.late_ticks();
}

void Aggregator::OneTrace::run() {
  // First the loops: they know the threads' names.
  loops();
  for (const trace::Stall &S : T.Stalls)
    stall(S);
  for (const trace::Counted &C : T.Counted)
    counted(C);
  reach();
  info();
  finish();
}

//===----------------------------------------------------------------------===//
// All traces
//===----------------------------------------------------------------------===//

Aggregator::Aggregator(Symbolizer &Symbols, std::vector<SuppressionUse> Rules,
                       bool WithSites)
    : Symbols(Symbols), WithSites(WithSites) {
  Report.Suppressions = std::move(Rules);
}

void Aggregator::add(const Trace &T) { OneTrace(*this, T).run(); }

StallReport Aggregator::finish() {
  Report.Signatures = Program.take();
  Report.Machine = Machine.take();
  Report.Unfinished = Unfinished.take();
  llvm::sort(Report.Stalls, [](const Stall &A, const Stall &B) {
    return std::tie(A.Trace, A.StartNs, A.Pid, A.Tid, A.DurationNs) <
           std::tie(B.Trace, B.StartNs, B.Pid, B.Tid, B.DurationNs);
  });
  llvm::sort(Report.Loops, [](const Loop &A, const Loop &B) {
    return std::tie(B.BusyNs, A.Trace, A.Pid, A.Tid, A.FirstNs, A.Wait) <
           std::tie(A.BusyNs, B.Trace, B.Pid, B.Tid, B.FirstNs, B.Wait);
  });
  llvm::sort(Report.Sites, [](const CallSite &A, const CallSite &B) {
    return std::tie(B.TotalNs, A.Trace, A.Pid, A.Tid, A.Call, B.Count) <
           std::tie(A.TotalNs, B.Trace, B.Pid, B.Tid, B.Call, A.Count);
  });
  Report.Seen.Modules = Symbols.problems();
  // Runs on one host have the same to say.
  llvm::StringSet<> Said;
  llvm::erase_if(Report.Seen.Notes, [&](const std::string &Note) {
    return !Said.insert(Note).second;
  });
  return std::move(Report);
}

void keepTop(StallReport &Report, size_t Count) {
  llvm::StringSet<> Kept[2]; // Finished or not.
  auto Cut = [&](std::vector<Signature> &Kinds, bool Unfinished) {
    if (Kinds.size() > Count)
      Kinds.resize(Count);
    for (const Signature &S : Kinds)
      Kept[Unfinished].insert(S.Id);
  };
  Cut(Report.Signatures, false);
  Cut(Report.Machine, false);
  Cut(Report.Unfinished, true);
  llvm::erase_if(Report.Stalls, [&](const Stall &S) {
    return !Kept[S.Unfinished].contains(S.SignatureId);
  });
}

} // namespace nostall::report
