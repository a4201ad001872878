//===- Recorder.cpp - unwinds and writes what was watched -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Recorder.h"
#include "watcher/InterpreterStack.h"
#include "watcher/ThreadInfo.h"

#include <algorithm>
#include <signal.h>

namespace nostall {
namespace {

/// Of records with stacks, in memory, should unwinding fall behind.
constexpr size_t MaxQueued = 2000;

/// The sample that stands for the stall: that of the longest call, or the one
/// that stands for the longest part of it, up to the points in the middle
/// between it and its neighbours. Where one call took most of the time, a look
/// at something else would name the wrong culprit.
const TakenSample *representative(const StallRecord &R) {
  bool IsOneCall = R.Facts.LongestCallNs * 2 > R.Facts.DurationNs;
  auto IsOfIt = [&](const TakenSample &S) {
    return !S.Stack.Bytes.empty() && S.Call == R.Facts.Call;
  };
  bool OnlyIt = IsOneCall &&
                std::any_of(R.Samples.begin(), R.Samples.end(), IsOfIt);
  uint64_t End = R.StartNs + R.Facts.DurationNs;
  const TakenSample *Best = nullptr;
  uint64_t BestNs = 0;
  for (size_t I = 0; I < R.Samples.size(); ++I) {
    const TakenSample &S = R.Samples[I];
    if (S.Stack.Bytes.empty() || (OnlyIt && !IsOfIt(S)))
      continue;
    uint64_t Ns;
    if (S.IsCallExit) {
      Ns = S.EndNs - S.BeginNs;
    } else {
      uint64_t From = I ? (R.Samples[I - 1].EndNs + S.EndNs) / 2 : R.StartNs;
      uint64_t To = I + 1 < R.Samples.size()
                        ? (R.Samples[I + 1].EndNs + S.EndNs) / 2
                        : End;
      Ns = To > From ? To - From : 0;
    }
    if (!Best || Ns > BestNs) {
      Best = &S;
      BestNs = Ns;
    }
  }
  return Best;
}

/// When a call returns nobody reads the interpreter's frames: they are taken from
/// a look during the same call.
const std::vector<InterpreterFrame> &interpreterFramesOf(const TakenSample &T,
                                                         const StallRecord &R) {
  if (T.IsCallExit && T.Interpreter.empty())
    for (const TakenSample &Other : R.Samples)
      if (!Other.IsCallExit && Other.Call == T.Call &&
          Other.EndNs >= T.BeginNs && Other.EndNs <= T.EndNs &&
          !Other.Interpreter.empty())
        return Other.Interpreter;
  return T.Interpreter;
}

} // namespace

Recorder::Recorder(TraceWriter &Out, ProbePrices &Prices)
    : Out(Out), Prices(Prices), Thread([this] { run(); }) {}
Recorder::~Recorder() { close(); }

void Recorder::push(Item I) {
  {
    std::lock_guard Guard(Lock);
    if (Queue.size() >= MaxQueued && std::holds_alternative<SiteSighting>(I))
      return; // It will be seen again.
    if (Queue.size() >= MaxQueued && std::holds_alternative<StallRecord>(I)) {
      // The stall is written all the same, without its stacks.
      std::get<StallRecord>(I).Samples.clear();
      ++DroppedRecords;
    }
    Queue.push_back(std::move(I));
  }
  Filled.notify_one();
}

void Recorder::close() {
  if (!Thread.joinable())
    return;
  {
    std::lock_guard Guard(Lock);
    IsClosing = true;
  }
  Filled.notify_one();
  Thread.join();
}

void Recorder::run() {
  sigset_t All; // Signals are the main thread's.
  sigfillset(&All);
  pthread_sigmask(SIG_BLOCK, &All, nullptr);
  std::unique_lock Guard(Lock);
  while (true) {
    Filled.wait(Guard, [this] { return IsClosing || !Queue.empty(); });
    if (Queue.empty())
      return;
    Item I = std::move(Queue.front());
    Queue.pop_front();
    Guard.unlock();
    if (auto *Seen = std::get_if<ProcessSeen>(&I))
      process(Seen->Pid).Stacks.prepare();
    else if (auto *Stall = std::get_if<StallRecord>(&I))
      write(*Stall);
    else if (auto *Site = std::get_if<SiteSighting>(&I))
      note(*Site);
    else if (auto *Progress = std::get_if<ProgressRecord>(&I))
      write(*Progress);
    else
      write(std::get<LoopRecord>(I));
    Guard.lock();
  }
}

Recorder::Process &Recorder::process(pid_t Pid) {
  std::string Executable = executableOf(Pid);
  auto It = Processes.find(Pid);
  if (It != Processes.end()) {
    // The same number may run another program by now.
    if (Executable.empty() || Executable == It->second.Executable)
      return It->second;
    Processes.erase(It);
  }
  It = Processes
           .emplace(Pid, Process{++LastId, Unwinder(Pid), Executable})
           .first;
  trace::Record R;
  auto *P = R.mutable_process();
  P->set_id(It->second.Id);
  P->set_pid(Pid);
  P->set_parent(parentOf(Pid));
  P->set_name(commOf(Pid));
  P->set_executable(Executable);
  Out.write(R);
  return It->second;
}

uint32_t Recorder::stackOf(Process &P, pid_t Tid, const StackCopy &Copy,
                           const std::vector<InterpreterFrame> &Interpreter) {
  if (Copy.Bytes.empty())
    return 0;
  UnwoundStack Stack = P.Stacks.unwind(Tid, Copy);
  if (!Interpreter.empty())
    replaceInterpreterFrames(Stack, Interpreter);
  return Out.stackId(Stack);
}

void Recorder::write(const StallRecord &R) {
  Process &P = process(R.Pid);
  trace::Stall S;
  S.set_process(P.Id);
  S.set_tid(R.Tid);
  S.set_start_ns(R.StartNs);
  S.set_duration_ns(R.Facts.DurationNs);
  S.set_cause(causeOf(R.Facts));
  S.set_victims(R.Victims);
  S.set_run_ns(R.Facts.RunNs);
  S.set_runqueue_ns(R.Facts.RunQueueNs);
  S.set_call_ns(R.Facts.CallNs);
  S.set_minor_faults(R.Facts.MinorFaults);
  S.set_major_faults(R.Facts.MajorFaults);
  S.set_unfinished(R.Unfinished);
  S.set_task(R.Task);
  const TakenSample *Best = representative(R);
  if (R.Facts.LongestCallNs * 2 > R.Facts.DurationNs)
    S.set_call(R.Facts.Call);
  else if (R.Facts.CallNs * 2 > R.Facts.DurationNs) // Many: that of the stack.
    S.set_call(Best && !Best->Call.empty() ? Best->Call : R.Facts.Call);
  for (const TakenSample &T : R.Samples) {
    auto *Out = S.add_samples();
    Out->set_at_ns(T.BeginNs > R.StartNs ? T.BeginNs - R.StartNs : 0);
    if (T.IsCallExit)
      Out->set_duration_ns(T.EndNs - T.BeginNs);
    Out->set_call(T.Call);
    Out->set_how(T.How);
    Out->set_state(std::string(1, T.State));
    Out->set_syscall(static_cast<int32_t>(T.Syscall));
    Out->set_owner_tid(T.OwnerTid);
    Out->set_stack(stackOf(P, R.Tid, T.Stack, interpreterFramesOf(T, R)));
    if (T.Owner)
      Out->set_owner_stack(
          stackOf(P, T.OwnerTid, *T.Owner, T.OwnerInterpreter));
    if (&T == Best)
      S.set_stack(Out->stack());
    // Only looks during the stall know the owner; any of them will do.
    if (Out->owner_stack() && !S.owner_stack())
      S.set_owner_stack(Out->owner_stack());
  }
  Out.stall(S);
}

void Recorder::note(const SiteSighting &Seen) {
  if (uint32_t Stack =
          stackOf(process(Seen.Pid), Seen.Tid, Seen.Stack, /*Interpreter=*/{}))
    SiteStacks[{Seen.Pid, Seen.Tid}][Seen.Caller].insert(Stack);
}

void Recorder::writeSites(const LoopRecord &L, trace::Loop &Out) {
  auto Seen = SiteStacks.extract({L.Pid, L.Tid});
  Process &P = process(L.Pid);
  for (const SiteRecord &S : L.Sites) {
    trace::CallSite &Site = *Out.add_sites();
    Site.set_call(S.Call);
    Site.set_count(S.Count);
    Site.set_total_ns(S.TotalNs);
    Site.set_max_ns(S.MaxNs);
    if (!Seen.empty())
      for (uint32_t Stack : Seen.mapped()[S.Caller])
        Site.add_stacks(Stack);
    if (Site.stacks().empty())
      if (uint32_t Stack = this->Out.stackId(P.Stacks.caller(S.Caller)))
        Site.add_stacks(Stack);
  }
}

void Recorder::write(const LoopRecord &L) {
  trace::Record R;
  auto *Out = R.mutable_loop();
  Out->set_process(process(L.Pid).Id);
  Out->set_tid(L.Tid);
  Out->set_thread(L.Thread);
  Out->set_wait(L.Wait);
  Out->set_iterations(L.Iterations);
  Out->set_busy_ns(L.BusyNs);
  Out->set_idle_ns(L.IdleNs);
  Out->set_max_ns(L.MaxNs);
  Out->set_stalls(L.Stalls);
  Out->set_first_ns(L.FirstNs);
  Out->set_last_ns(L.LastNs);
  for (auto [Floor, Count] : L.Buckets) {
    Out->add_bucket_ns(Floor);
    Out->add_bucket_count(Count);
  }
  Out->set_late_total_ns(L.LateNs);
  Out->set_late_max_ns(L.MaxLateNs);
  Out->set_late_waits(L.LateWaits);
  Out->set_calls(L.Calls);
  Out->set_dropped_stalls(L.DroppedStalls);
  Out->set_dropped_samples(L.DroppedSamples);
  Out->set_resumed(L.Resumed);
  Out->set_lost_calls(L.LostCalls);
  if (!L.IsLast)
    return this->Out.progress(R);
  writeSites(L, *Out);
  Out->set_window_start_ns(L.Work.startNs());
  Out->set_window_width_ns(L.Work.widthNs());
  for (const Windows::Window &W : L.Work.windows()) {
    Out->add_window_busy_ns(W.BusyNs);
    Out->add_window_iterations(W.Iterations);
    Out->add_window_max_ns(W.MaxNs);
  }
  this->Out.write(R);
}

void Recorder::write(const ProgressRecord &Now) {
  trace::Record R;
  auto *P = R.mutable_progress();
  P->set_monotonic_ns(Now.AtNs);
  P->set_watcher_cpu_ns(Now.CpuNs);
  P->set_ticks(Now.Ticks);
  P->set_late_ticks(Now.LateTicks);
  P->set_processes(Now.Processes);
  P->set_slots_exhausted(Now.SlotsExhausted);
  P->set_waits_no_loop(Now.WaitsNoLoop);
  const ProbeCost &Cost = Prices.get();
  P->set_probe_edge_ps(Cost.EdgePs);
  P->set_probe_call_ps(Cost.CallPs);
  Out.progress(R);
}

} // namespace nostall
