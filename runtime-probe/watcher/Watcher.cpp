//===- Watcher.cpp - the process beside the target --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Watcher.h"
#include "watcher/PerfSampler.h"

#include <algorithm>
#include <climits>
#include <fnmatch.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

namespace nostall {
namespace {

constexpr uint64_t Never = ~uint64_t(0);
/// Without an iteration for so long, the watcher sleeps until there is one.
constexpr uint64_t ParkAfterNs = 1'000'000'000;
constexpr uint64_t ParkCheckNs = 500'000'000;
constexpr uint64_t MachineReadNs = 250'000'000;

/// What a first touch of a page costs here, to tell a storm of faults from
/// computing.
uint64_t measureMinorFault() {
  constexpr size_t Pages = 256;
  auto Page = static_cast<size_t>(getpagesize());
  void *Map = mmap(nullptr, Pages * Page, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Map == MAP_FAILED)
    return 500;
  madvise(Map, Pages * Page, MADV_NOHUGEPAGE);
  uint64_t Begin = monotonicNs();
  for (size_t I = 0; I < Pages; ++I)
    static_cast<volatile char *>(Map)[I * Page] = 1;
  uint64_t Ns = (monotonicNs() - Begin) / Pages;
  munmap(Map, Pages * Page);
  return Ns;
}

uint64_t suspendedNs() {
  timespec Boot, Monotonic;
  clock_gettime(CLOCK_MONOTONIC, &Monotonic);
  clock_gettime(CLOCK_BOOTTIME, &Boot);
  int64_t Ns = (Boot.tv_sec - Monotonic.tv_sec) * int64_t(1'000'000'000) +
               (Boot.tv_nsec - Monotonic.tv_nsec);
  return Ns > 0 ? static_cast<uint64_t>(Ns) : 0;
}

/// A look that comes late misses the stall: ask for no slack, and for a short
/// slice, which Linux grants since 6.12 and with which one is served sooner. Not
/// for priority: in one scheduling group with the program (a session, a
/// container) it would take the program's share.
void bePunctual() {
  prctl(PR_SET_TIMERSLACK, 1);
  struct { // sched_attr; libc has no header for it.
    uint32_t Size, Policy;
    uint64_t Flags;
    int32_t Nice;
    uint32_t Priority;
    uint64_t Runtime, Deadline, Period;
  } Attributes = {};
  long Tid = syscall(SYS_gettid);
  if (syscall(SYS_sched_getattr, Tid, &Attributes, sizeof(Attributes), 0) != 0)
    return;
  Attributes.Runtime = 100'000; // ns, the least that is accepted.
  syscall(SYS_sched_setattr, Tid, &Attributes, 0);
}

void sleepUntil(uint64_t Ns) {
  timespec T = {static_cast<time_t>(Ns / 1'000'000'000),
                static_cast<long>(Ns % 1'000'000'000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, nullptr);
}

} // namespace

uint64_t ownCpuNs() {
  rusage Use;
  getrusage(RUSAGE_SELF, &Use);
  auto Ns = [](const timeval &T) {
    return static_cast<uint64_t>(T.tv_sec) * 1'000'000'000 +
           static_cast<uint64_t>(T.tv_usec) * 1000;
  };
  return Ns(Use.ru_utime) + Ns(Use.ru_stime);
}

Watcher::Watcher(SessionFile &File, TickClock &Clock, Recorder &Out,
                 const WatchOptions &Options)
    : File(File), Clock(Clock), Out(Out), Options(Options) {
  Sink.Stall = [this](StallRecord R) { this->Out.add(std::move(R)); };
  Sink.Loop = [this](LoopRecord R) { this->Out.add(std::move(R)); };
  Sink.Site = [this](SiteSighting R) { this->Out.add(std::move(R)); };
  MinorFaultNs = measureMinorFault();
  if (Options.Sampler == RunningSampler::Auto ||
      Options.Sampler == RunningSampler::Perf) {
    std::string Refusal = perfRefusal();
    UsePerf = Refusal.empty();
    if (!UsePerf)
      Totals.Notes.push_back(
          "perf_event_open is not permitted (" + Refusal +
          "): running code is " +
          (Options.Sampler == RunningSampler::Perf
               ? "not sampled"
               : "sampled by a real-time signal instead"));
  }
  // Where perf works, the program gets no handler. Root without capabilities, as
  // in a container, may signal its workers of other users, and no more.
  bool PerfSuffices = UsePerf && (geteuid() != 0 || maySeeOtherUsers());
  File.session().UseSignal =
      Options.Sampler == RunningSampler::Signal ||
      (Options.Sampler == RunningSampler::Auto && !PerfSuffices);
}

bool Watcher::isWanted(ThreadNumbers Who) const {
  return Options.Loops.empty() ||
         fnmatch(Options.Loops.c_str(),
                 ThreadInfo(Who.Pid, Who.Tid).name().c_str(), 0) == 0;
}

void Watcher::adoptNew() {
  uint32_t High = File.session().HighWater.load(std::memory_order_acquire);
  for (uint32_t I = 0; I < High; ++I) {
    wire::Slot &Slot = File.slot(I);
    if (Loops.count(I) ||
        Slot.State.load(std::memory_order_acquire) != wire::Slot::Used)
      continue;
    std::optional<ThreadNumbers> Who =
        findThread(Slot.Pid, Slot.Tid, File.path());
    if (!Who || !isWanted(*Who)) {
      Loops[I] = nullptr; // Not ours to watch; the slot stays taken.
      if (!Who)
        Totals.Notes.push_back(
            "thread " + std::to_string(Slot.Tid) +
            " has a loop, but is in a PID namespace that cannot be looked "
            "into");
      continue;
    }
    ++LoopsSeen;
    // It may have been set while the loop took its slot.
    Slot.Threshold.store(File.session().Threshold, std::memory_order_relaxed);
    if (Who->Pid)
      Out.seen(Who->Pid);
    Loops[I] = std::make_unique<LoopWatch>(Slot, *Who, Clock, Sink, Totals,
                                           File.session().Threshold,
                                           MinorFaultNs, UsePerf);
    Loops[I]->report(); // Its name comes before its stalls.
  }
}

void Watcher::retire(uint32_t Index, uint64_t Now) {
  Loops[Index]->finish(Now, Machine);
  Loops.erase(Index);
  File.slot(Index).State.store(wire::Slot::Free, std::memory_order_release);
}

void Watcher::readMachine(uint64_t Now) {
  if (MachineReadAt && Clock.durationNs(Now - MachineReadAt) < MachineReadNs)
    return;
  MachineReadAt = Now;
  Clock.adjust();
  Machine.StealNs = stealNs();
  Machine.SuspendedNs = suspendedNs();
}

/// For readers that follow the trace, and for what is known should this process
/// be killed.
void Watcher::reportProgress(uint64_t NowNs) {
  if (!ProgressAtNs)
    ProgressAtNs = NowNs;
  if (NowNs - ProgressAtNs < Out.progressPeriodNs())
    return;
  ProgressAtNs = NowNs;
  for (auto &[Index, Loop] : Loops)
    if (Loop)
      Loop->report();
  wire::Session &Session = File.session();
  Out.add(ProgressRecord{.AtNs = NowNs,
                         .CpuNs = ownCpuNs(),
                         .Ticks = Totals.Ticks,
                         .LateTicks = Totals.LateTicks,
                         .Processes = Session.Processes.load(),
                         .SlotsExhausted = Session.SlotsExhausted.load(),
                         .WaitsNoLoop = Session.PollsNotLoops.load()});
}

void Watcher::park(uint64_t Ns) {
  wire::Session &Session = File.session();
  Session.Parked.store(1, std::memory_order_seq_cst);
  // A loop that began meanwhile did not see the flag.
  bool AnyBusy = false;
  for (auto &[Index, Loop] : Loops)
    if (Loop)
      AnyBusy |= Loop->wasActive();
  if (!AnyBusy && !Stopping.load()) {
    timespec T = {static_cast<time_t>(Ns / 1'000'000'000),
                  static_cast<long>(Ns % 1'000'000'000)};
    syscall(SYS_futex, &Session.Parked, FUTEX_WAIT, 1, &T, nullptr, 0);
  }
  Session.Parked.store(0, std::memory_order_seq_cst);
}

void Watcher::run(bool Abandon) {
  bePunctual();
  uint64_t HalfNs = std::max<uint64_t>(Options.ThresholdNs / 2, 200'000);
  uint64_t WakeNs = monotonicNs();
  while (true) {
    uint64_t Now = Clock.now();
    uint64_t LateNs = monotonicNs();
    ++Totals.Ticks;
    if (LateNs > WakeNs + Options.ThresholdNs)
      ++Totals.LateTicks;
    readMachine(Now);
    adoptNew();
    uint64_t Next = Never;
    bool Active = false, Calm = true;
    std::vector<uint32_t> Ended;
    for (auto &[Index, Loop] : Loops) {
      if (!Loop)
        continue;
      Next = std::min(Next, Loop->tick(Clock.now(), Machine));
      Active |= Loop->wasActive();
      Calm &= Loop->isCalm(Now);
      if (Loop->hasEnded(Now))
        Ended.push_back(Index);
    }
    for (uint32_t Index : Ended)
      retire(Index, Clock.now());
    reportProgress(LateNs);
    bool Alive = std::any_of(Loops.begin(), Loops.end(),
                             [](auto &L) { return L.second != nullptr; });
    if (Stopping.load() && (Abandon || !Alive))
      break;
    Now = Clock.now();
    if (Active || !ActiveAt)
      ActiveAt = Now;
    if (Next == Never && Clock.durationNs(Now - ActiveAt) > ParkAfterNs) {
      park(ParkCheckNs);
      WakeNs = monotonicNs();
      continue;
    }
    uint64_t Ns = Calm ? HalfNs * 2 : HalfNs;
    if (Next != Never)
      Ns = std::min(Ns, Next > Now ? Clock.durationNs(Next - Now) : 0);
    WakeNs = monotonicNs() + Ns;
    sleepUntil(WakeNs);
  }
  for (auto &[Index, Loop] : Loops)
    if (Loop)
      Loop->finish(Clock.now(), Machine);
  Loops.clear();
}

void Watcher::stop() {
  Stopping.store(true);
  File.session().Parked.store(0, std::memory_order_seq_cst);
  syscall(SYS_futex, &File.session().Parked, FUTEX_WAKE, INT_MAX, nullptr,
          nullptr, 0);
}

} // namespace nostall
