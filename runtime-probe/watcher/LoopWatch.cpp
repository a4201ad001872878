//===- LoopWatch.cpp - watches one event loop -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/LoopWatch.h"
#include "watcher/Calls.h"

#include <algorithm>

namespace nostall {
namespace {

constexpr uint64_t Never = ~uint64_t(0);
/// A finished stall is kept back for so long until its victims are known.
constexpr uint64_t VictimsNs = 2'000'000;
constexpr uint64_t AliveCheckNs = 100'000'000;
constexpr uint64_t PendingPollNs = 200'000;
/// How often the control group's account is read.
constexpr uint64_t ThrottledNs = 250'000'000;
constexpr uint64_t RetryNs = 500'000;
constexpr unsigned MaxRetries = 4;
/// Iterations from this part of the threshold on are not short,
constexpr uint64_t LongPart = 4;
/// and a loop without them for so long is calm.
constexpr uint64_t CalmAfterNs = 2'000'000'000;

} // namespace

LoopWatch::LoopWatch(wire::Slot &S, ThreadNumbers Who, const TickClock &Clock,
                     const RecordSink &Sink, WatchTotals &Totals,
                     uint64_t ThresholdTicks, uint64_t MinorFaultNs,
                     bool UsePerf)
    : S(S), Clock(Clock), Sink(Sink), Thread(Who.Pid, Who.Tid),
      Look(S, Who, Clock, Thread, Totals, UsePerf), Pid(Who.Pid), Tid(Who.Tid),
      ThresholdTicks(ThresholdTicks), MinorFaultNs(MinorFaultNs),
      Name(Thread.name()),
      FirstNs(Clock.toNs(S.FirstStamp.load(std::memory_order_relaxed))),
      Work(FirstNs) {
  Before = takeBaseline(false);
}

LoopWatch::Baseline LoopWatch::takeBaseline(bool WithFaults) {
  Baseline B;
  B.Ticks = Clock.now();
  B.BusyTicks = S.BusyTicks.load(std::memory_order_relaxed);
  B.Sched = Thread.sched();
  if (WithFaults)
    B.Faults = Thread.faults();
  if (B.Faults && (B.Faults->State == 'S' || B.Faults->State == 'D'))
    B.BlockedSince = blockedSince();
  return B;
}

/// When the call that the thread is in began; 0: it is in none.
uint64_t LoopWatch::blockedSince() const {
  uint32_t Number = S.CallNumber.load(std::memory_order_acquire);
  uint64_t Since = S.CallStamp.load(std::memory_order_acquire);
  bool IsInCall = S.Call.load(std::memory_order_acquire) != 0;
  return IsInCall && S.CallNumber.load(std::memory_order_acquire) == Number
             ? Since
             : 0;
}

bool LoopWatch::wasActive() {
  uint64_t Sequence = S.Sequence.load(std::memory_order_relaxed);
  bool Active = Sequence != LastSequence || (Sequence & 1);
  LastSequence = Sequence;
  return Active;
}

bool LoopWatch::isCalm(uint64_t Now) const {
  return Clock.durationNs(Now - std::min(Now, LongSeenAt)) > CalmAfterNs;
}

bool LoopWatch::hasEnded(uint64_t Now) {
  if (S.State.load(std::memory_order_acquire) == wire::Slot::Ended)
    return true;
  // Often while an iteration is overdue: when it never ends, its length is how
  // long the thread was seen alive.
  bool IsOverdue = Level > 0 && (Current & 1);
  if (!IsOverdue && Clock.durationNs(Now - SeenAlive) < AliveCheckNs)
    return false;
  if (!Thread.isAlive())
    return true;
  SeenAlive = Now;
  return false;
}

uint64_t LoopWatch::tick(uint64_t Now, const MachineReading &Machine) {
  uint64_t Next = Never;
  if (Look.isPending())
    Next = Now + Clock.durationTicks(PendingPollNs);
  if (!HasMachine) {
    HasMachine = true;
    Before.Machine = Machine;
  }
  collectSamples();
  collectSite();
  if (uint64_t NowNs = Clock.toNs(Now); Work.isDue(NowNs)) {
    WorkReading W = readWork(Now);
    Work.add(NowNs, W.BusyNs, W.Iterations, W.MaxNs);
    if (Clock.durationTicks(W.MaxNs) >= ThresholdTicks / LongPart)
      LongSeenAt = Now;
  }
  if (std::optional<TakenSample> T =
          Look.takePending(S.Sequence.load(std::memory_order_acquire)))
    Samples.push_back({Current, std::move(*T)});
  uint64_t Sequence, Begin;
  do {
    Sequence = S.Sequence.load(std::memory_order_acquire);
    Begin = S.Stamp.load(std::memory_order_acquire);
  } while (S.Sequence.load(std::memory_order_acquire) != Sequence);

  if (Sequence != Current) {
    if (Facts.Looks)
      EndedFacts.emplace_back(Current, Facts);
    Facts = StallFacts();
    if (!Task.empty())
      EndedTasks[Current] = std::move(Task);
    Task.clear();
    Level = 0;
    Retries = 0;
    Current = Sequence;
    if (Sequence & 1) {
      Early = takeBaseline(true);
      Early.Machine = Machine;
    }
  }
  collectStalls(Now, Machine, false);
  if (S.StallHead.load(std::memory_order_acquire) !=
      S.StallTail.load(std::memory_order_relaxed))
    Next = std::min(Next, Now + Clock.durationTicks(VictimsNs));
  uint64_t Age = (Sequence & 1) && Now > Begin ? Now - Begin : 0;
  // Not within a stall: what it was before is what counts.
  if (Age < ThresholdTicks &&
      Clock.durationNs(Now - ThrottledAt) > ThrottledNs) {
    ThrottledAt = Now;
    ThrottledUs = throttledUs(Pid);
  }
  if (!(Sequence & 1)) {
    // Idle: nothing runs, so schedstat is exact.
    if (S.BusyTicks.load(std::memory_order_relaxed) != Before.BusyTicks) {
      Before = takeBaseline(false);
      Before.Machine = Machine;
    }
    return Next;
  }
  if (Age >= ThresholdTicks / LongPart)
    LongSeenAt = Now;
  if (Age >= ThresholdTicks << Level) {
    if (!lookAgain() && Retries++ < MaxRetries)
      return std::min(Next, Now + Clock.durationTicks(RetryNs));
    while (Age >= ThresholdTicks << Level && Level < 40)
      ++Level;
    Retries = 0;
    if (Look.isPending())
      Next = std::min(Next, Now + Clock.durationTicks(PendingPollNs));
  }
  return std::min(Next, Begin + (ThresholdTicks << Level));
}

/// False when there is nothing to show for it, and another try may bring it.
bool LoopWatch::lookAgain() {
  std::optional<TakenSample> T = Look.look(Current, Facts);
  // The iteration may have ended while we looked: what was seen is then of
  // another one.
  if (S.Sequence.load(std::memory_order_acquire) != Current)
    return true;
  if (!T)
    return Look.isPending();
  if (const char *Name = S.TaskName.load(std::memory_order_relaxed))
    Task = readText(Pid, reinterpret_cast<uint64_t>(Name));
  bool LacksOwner = T->OwnerTid && !T->Owner;
  Samples.push_back({Current, std::move(*T)});
  return !LacksOwner;
}

void LoopWatch::collectSamples() {
  for (wire::Sample &Sample : S.Samples) {
    if (Sample.State.load(std::memory_order_acquire) != wire::Sample::Ready)
      continue;
    TakenSample T = Look.fromThread(Sample);
    if (!T.IsCallExit)
      T.State = 'R';
    Samples.push_back({Sample.Sequence, std::move(T)});
    Sample.State.store(wire::Sample::Free, std::memory_order_release);
  }
}

void LoopWatch::collectSite() {
  wire::SiteSample &Sample = S.SiteStack;
  if (Sample.State.load(std::memory_order_acquire) != wire::Sample::Ready)
    return;
  SiteSighting Seen;
  Seen.Pid = Pid ? Pid : S.Pid;
  Seen.Tid = Tid ? Tid : S.Tid;
  Seen.Caller = Sample.Caller;
  Seen.Stack.At = Sample.At;
  Seen.Stack.Bytes.assign(
      Sample.Stack,
      Sample.Stack + std::min(Sample.StackSize, wire::SiteStackBytes));
  Sample.State.store(wire::Sample::Free, std::memory_order_release);
  Sink.Site(std::move(Seen));
}

/// How the stall's time was spent, from readings around it.
void LoopWatch::estimate(StallFacts &F, const wire::FinishedStall &Stall,
                         uint64_t Now, const MachineReading &Machine) {
  uint64_t Begin = Stall.Begin, End = Stall.End;
  F.DurationNs = Clock.durationNs(End - Begin);
  F.MinorFaultNs = MinorFaultNs;
  // A reading from before the iteration has the loop's wait for a CPU when it
  // woke up in it, which is no part of the stall. One from within is better,
  // when it covers most of the stall.
  bool HasEarly = Early.Ticks >= Begin && Early.Ticks < End;
  bool FromEarly = HasEarly && (Early.Ticks - Begin) * 2 < End - Begin;
  const Baseline &From = FromEarly ? Early : Before;
  std::optional<SchedReading> After;
  uint64_t Other = 0; // Work between the readings that is not the stall's.
  if (Stall.RunNs)
    After = SchedReading{Stall.RunNs, Stall.RunQueueNs};
  if (!FromEarly)
    Other = S.BusyTicks.load(std::memory_order_relaxed) - From.BusyTicks -
            (End - Begin);
  if (!After) {
    After = Thread.sched();
    uint64_t Sequence = S.Sequence.load(std::memory_order_acquire);
    if (Sequence & 1)
      Other += Now - std::min(Now, S.Stamp.load(std::memory_order_relaxed));
  }
  if (After && HasEarly && Early.Sched && Early.BlockedSince >= Begin &&
      Early.BlockedSince < Early.Ticks) {
    estimateBlocked(F, Stall, *After);
  } else if (After && From.Sched && From.Ticks && From.Ticks < End) {
    uint64_t OtherNs =
        static_cast<int64_t>(Other) > 0 ? Clock.durationNs(Other) : 0;
    uint64_t Run = After->RunNs - From.Sched->RunNs;
    uint64_t Queue = After->RunQueueNs - From.Sched->RunQueueNs;
    // The other work ran and waited for a CPU as this did.
    if (OtherNs && Run + Queue) {
      double Share = std::min(1.0, static_cast<double>(OtherNs) /
                                       static_cast<double>(Run + Queue));
      Run -= static_cast<uint64_t>(Share * static_cast<double>(Run));
      Queue -= static_cast<uint64_t>(Share * static_cast<double>(Queue));
    }
    // The part of the stall that the readings cover stands for all of it.
    double Scale = FromEarly ? static_cast<double>(End - Begin) /
                                   static_cast<double>(End - Early.Ticks)
                             : 1;
    auto Scaled = [&](uint64_t Ns) {
      return std::min(F.DurationNs, static_cast<uint64_t>(
                                        static_cast<double>(Ns) * Scale));
    };
    F.HasSched = true;
    F.RunNs = Scaled(Run);
    F.RunQueueNs = std::min(Scaled(Queue), F.DurationNs - F.RunNs);
  }
  if (HasEarly && Early.Faults)
    estimateFaults(F, Stall);
  if (std::optional<uint64_t> Throttled = throttledUs(Pid);
      Throttled && ThrottledUs && ThrottledAt <= End)
    F.ThrottledNs = (*Throttled - *ThrottledUs) * 1000;
  F.StealNs = Machine.StealNs - From.Machine.StealNs;
  F.SuspendedNs = Machine.SuspendedNs > From.Machine.SuspendedNs
                      ? Machine.SuspendedNs - From.Machine.SuspendedNs
                      : 0;
}

/// The thread was seen asleep in a call: until then it had run up to the call
/// and slept since, and from then on there are exact figures. A reading from
/// before the iteration would have what the loop waited for a CPU when its own
/// wait ended.
void LoopWatch::estimateBlocked(StallFacts &F, const wire::FinishedStall &Stall,
                                const SchedReading &After) const {
  uint64_t UpToCall = Clock.durationNs(Early.BlockedSince - Stall.Begin);
  uint64_t RanBefore = UpToCall;
  if (Before.Sched && Before.Ticks <= Stall.Begin)
    RanBefore = std::min(UpToCall, Early.Sched->RunNs - Before.Sched->RunNs);
  F.HasSched = true;
  F.RunNs = std::min(F.DurationNs,
                     After.RunNs - Early.Sched->RunNs + RanBefore);
  F.RunQueueNs = std::min(F.DurationNs - F.RunNs,
                          After.RunQueueNs - Early.Sched->RunQueueNs +
                              UpToCall - RanBefore);
}

void LoopWatch::estimateFaults(StallFacts &F,
                               const wire::FinishedStall &Stall) {
  std::optional<FaultReading> After = Thread.faults();
  if (!After)
    return;
  F.UserTicks = After->UserTicks - Early.Faults->UserTicks;
  F.SystemTicks = After->SystemTicks - Early.Faults->SystemTicks;
  if (Stall.MinorFaults) { // The thread's own account, at the end.
    After->Minor = Stall.MinorFaults;
    After->Major = Stall.MajorFaults;
  }
  double Scale = static_cast<double>(Stall.End - Stall.Begin) /
                 static_cast<double>(Stall.End - Early.Ticks);
  F.MinorFaults = static_cast<uint64_t>(
      static_cast<double>(After->Minor - Early.Faults->Minor) *
      std::min(Scale, 4.0));
  F.MajorFaults = After->Major - Early.Faults->Major;
}

StallRecord LoopWatch::makeRecord(uint64_t Sequence, uint64_t Begin,
                                  uint64_t End) {
  StallRecord R;
  R.Pid = Pid ? Pid : S.Pid;
  R.Tid = Tid ? Tid : S.Tid;
  R.StartNs = Clock.toNs(Begin);
  R.Facts.DurationNs = Clock.durationNs(End - Begin);
  auto Known = std::find_if(EndedFacts.begin(), EndedFacts.end(),
                            [&](auto &E) { return E.first == Sequence; });
  if (Known != EndedFacts.end()) {
    R.Facts = Known->second;
    EndedFacts.erase(EndedFacts.begin(), Known + 1);
  }
  if (auto T = EndedTasks.find(Sequence); T != EndedTasks.end())
    R.Task = T->second;
  else if (Sequence == Current)
    R.Task = Task;
  EndedTasks.erase(EndedTasks.begin(), EndedTasks.upper_bound(Sequence));
  std::erase_if(Samples, [&](Keyed &K) {
    if (K.Sequence == Sequence)
      R.Samples.push_back(std::move(K.Sample));
    return K.Sequence <= Sequence;
  });
  return R;
}

void LoopWatch::collectStalls(uint64_t Now, const MachineReading &Machine,
                              bool Last) {
  uint64_t Head = S.StallHead.load(std::memory_order_acquire);
  uint64_t Tail = S.StallTail.load(std::memory_order_relaxed);
  for (; Tail != Head; ++Tail) {
    wire::FinishedStall F = S.Stalls[Tail % wire::StallsPerSlot];
    if (!Last && Tail + 1 == Head &&
        S.StallPending.load(std::memory_order_acquire) &&
        Clock.durationNs(Now - std::min(Now, F.End)) < VictimsNs)
      break;
    F.Victims = S.Stalls[Tail % wire::StallsPerSlot].Victims;
    StallRecord R = makeRecord(F.Sequence, F.Begin, F.End);
    R.Victims = F.Victims;
    if (F.TaskName)
      R.Task = readText(Pid, reinterpret_cast<uint64_t>(F.TaskName));
    R.Facts.CallNs = Clock.durationNs(F.CallTicks);
    R.Facts.LongestCallNs = Clock.durationNs(F.LongestCallTicks);
    if (const InterposedCall *C = interposedCall(F.LongestCall))
      R.Facts.Call = C->Name;
    R.Facts.Category = Look.category(F.LongestCall, F.LongestCallArgument);
    // While it lasted the descriptor was open; by now it may be closed.
    for (const TakenSample &T : R.Samples)
      if (!T.Category.empty() && T.Call == R.Facts.Call)
        R.Facts.Category = T.Category;
    estimate(R.Facts, F, Now, Machine);
    ++Stalls;
    Sink.Stall(std::move(R));
  }
  S.StallTail.store(Tail, std::memory_order_release);
}

void LoopWatch::finish(uint64_t Now, const MachineReading &Machine) {
  collectSamples();
  collectSite();
  collectStalls(Now, Machine, true);
  uint64_t Begin = S.Stamp.load(std::memory_order_acquire);
  uint64_t Sequence = S.Sequence.load(std::memory_order_acquire);
  if (!Thread.isAlive())
    Now = std::max(Begin, SeenAlive);
  if ((Sequence & 1) && Sequence == Current && Facts.Looks &&
      Now - Begin >= ThresholdTicks) {
    EndedFacts.emplace_back(Current, Facts);
    StallRecord R = makeRecord(Sequence, Begin, Now);
    R.Facts.DurationNs = Clock.durationNs(Now - Begin);
    R.Unfinished = true;
    uint32_t Call = S.Call.load(std::memory_order_relaxed);
    if (const InterposedCall *C = interposedCall(Call)) {
      R.Facts.Call = C->Name;
      R.Facts.Category = C->Category;
      R.Facts.CallNs = R.Facts.LongestCallNs = Clock.durationNs(
          Now - S.CallStamp.load(std::memory_order_relaxed));
    }
    Sink.Stall(std::move(R));
  }
  LoopRecord L = totals();
  L.IsLast = true;
  L.Sites = sites();
  WorkReading W = readWork(Now);
  Work.finish(W.BusyNs, W.Iterations, W.MaxNs);
  L.Work = std::move(Work);
  Sink.Loop(std::move(L));
}

} // namespace nostall
