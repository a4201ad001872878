//===- Edges.cpp - begin and end of a loop's iterations ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "probe/RecordedCall.h"

#include <climits>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace nostall::probe {
namespace {

// The thread is its slot's only writer: no locked instruction is needed.
template <typename T> void add(wire::Shared<T> &Counter, T Value) {
  Counter.store(Counter.load(std::memory_order_relaxed) + Value,
                std::memory_order_relaxed);
}

/// Events are taken for waiting already when the wait took less than this.
constexpr uint64_t AtOnceNs = 100'000;

uint64_t toTicks(uint64_t Ns) {
  return static_cast<uint64_t>(static_cast<double>(Ns) *
                               Session->TicksPerNs);
}

uint64_t parseNumber(const char *&At) {
  uint64_t Value = 0;
  while (*At == ' ')
    ++At;
  for (; *At >= '0' && *At <= '9'; ++At)
    Value = Value * 10 + static_cast<uint64_t>(*At - '0');
  return Value;
}

/// Where the thread's time went. The watcher can read this too, but only later,
/// when the loop has waited, and waited for a CPU, again.
void readAccount(wire::FinishedStall &F) {
  F.RunNs = F.RunQueueNs = F.MinorFaults = F.MajorFaults = 0;
  if (seccompFilter() == Filter::Own)
    return;
  rusage Use;
  if (!underSeccomp() &&
      rawSyscall(SYS_getrusage, RUSAGE_THREAD, reinterpret_cast<long>(&Use)) ==
          0) {
    F.MinorFaults = static_cast<uint64_t>(Use.ru_minflt);
    F.MajorFaults = static_cast<uint64_t>(Use.ru_majflt);
  }
  long Fd = rawSyscall(SYS_openat, AT_FDCWD,
                       reinterpret_cast<long>("/proc/thread-self/schedstat"),
                       O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return;
  char Text[64];
  long Size = rawSyscall(SYS_read, Fd, reinterpret_cast<long>(Text),
                         sizeof(Text) - 1);
  rawSyscall(SYS_close, Fd);
  if (Size <= 0)
    return;
  Text[Size] = 0;
  const char *At = Text;
  F.RunNs = parseNumber(At);
  F.RunQueueNs = parseNumber(At);
}

NOSTALL_RARE void pushStall(wire::Slot *S, uint64_t Begin,
                                               uint64_t End) {
  uint64_t Head = S->StallHead.load(std::memory_order_relaxed);
  if (Head - S->StallTail.load(std::memory_order_acquire) >=
      wire::StallsPerSlot) {
    add<uint64_t>(S->DroppedStalls, 1);
    return;
  }
  wire::FinishedStall &F = S->Stalls[Head % wire::StallsPerSlot];
  F.Sequence = S->Sequence.load(std::memory_order_relaxed);
  F.Begin = Begin;
  F.End = End;
  F.CallTicks = S->CallTicks;
  F.LongestCallTicks = S->LongestCallTicks;
  F.LongestCallArgument = S->LongestCallArgument;
  F.LongestCall = S->LongestCallTicks ? S->LongestCall : 0;
  F.Victims = 0;
  F.TaskName = S->TaskName.load(std::memory_order_relaxed);
  readAccount(F);
  S->StallPending.store(1, std::memory_order_relaxed);
  S->StallHead.store(Head + 1, std::memory_order_release);
}

/// Where the search for a return address begins.
uint32_t siteHash(uint64_t Caller) {
  static_assert((wire::SitesPerSlot & (wire::SitesPerSlot - 1)) == 0);
  return static_cast<uint32_t>(Caller * 0x9e3779b97f4a7c15 >> 32);
}

/// The entry of a return address; null when there is no place left for it.
NOSTALL_RARE wire::CallSite *searchSite(wire::Slot *S, uint64_t Caller,
                                        uint32_t Call) {
  constexpr unsigned Tries = 16;
  uint32_t At = siteHash(Caller);
  for (unsigned Try = 0; Try < Tries; ++Try, ++At) {
    wire::CallSite &Site = S->Sites[At & (wire::SitesPerSlot - 1)];
    uint64_t Found = Site.Caller.load(std::memory_order_relaxed);
    if (Found == Caller)
      return &Site;
    if (Found)
      continue;
    Site.Call.store(Call, std::memory_order_relaxed);
    Site.NextLook = 1;
    Site.Caller.store(Caller, std::memory_order_release);
    return &Site;
  }
  add<uint64_t>(S->LostCalls, 1);
  return nullptr;
}

/// At the first, second, fourth, ... call: who calls a library that calls us
/// may differ from call to call.
NOSTALL_RARE void lookAtSite(wire::Slot *S,
                                                wire::CallSite *Site,
                                                uint64_t Count) {
  bool Done = copySiteStack(S, Site->Caller.load(std::memory_order_relaxed),
                            S->CallEntry);
  // The watcher has yet to fetch the last one: soon, but not at every call.
  Site->NextLook = Done ? Count * 2 : Count + Count / 8 + 1;
}

NOSTALL_RARE void noteLongest(wire::Slot *S, uint64_t Busy) {
  S->WindowMaxTicks.store(Busy, std::memory_order_relaxed);
  if (Busy > S->MaxBusyTicks.load(std::memory_order_relaxed))
    S->MaxBusyTicks.store(Busy, std::memory_order_relaxed);
}

/// What the wait tells of the stall before it, and of a timer.
NOSTALL_RARE void noteWait(wire::Slot *S, uint64_t Idle,
                                              int Ready, int64_t TimeoutNs) {
  if (S->StallPending.load(std::memory_order_relaxed)) {
    uint64_t Last = S->StallHead.load(std::memory_order_relaxed) - 1;
    // A wait that ends at once with nothing ready was for a timer that is due.
    if (Idle < toTicks(AtOnceNs) && (Ready > 0 || TimeoutNs >= 0))
      S->Stalls[Last % wire::StallsPerSlot].Victims =
          Ready > 0 ? static_cast<uint32_t>(Ready) : 1;
    S->StallPending.store(0, std::memory_order_release);
  }
  if (Ready != 0 || TimeoutNs <= 0)
    return;
  uint64_t Asked = toTicks(static_cast<uint64_t>(TimeoutNs));
  if (Idle > Asked) {
    uint64_t Late = Idle - Asked;
    add(S->LateTicks, Late);
    if (Late > S->MaxLateTicks.load(std::memory_order_relaxed))
      S->MaxLateTicks.store(Late, std::memory_order_relaxed);
  }
  add<uint64_t>(S->LateWaits, 1);
}

NOSTALL_RARE void copyCall(wire::Slot *S, uint32_t Index,
                                              uint64_t Begin, uint64_t End) {
  KeepErrno Keep;
  copySample(S, wire::SampleOrigin::CallExit, S->CallEntry, Begin, End,
             Index + 1);
}

NOSTALL_RARE void wakeWatcher() {
  if (Session->Parked.exchange(0, std::memory_order_acq_rel) &&
      seccompFilter() != Filter::Own)
    rawSyscall(SYS_futex, reinterpret_cast<long>(&Session->Parked), FUTEX_WAKE,
               INT_MAX);
}

} // namespace

// These are run for every iteration and every call, in somebody else's program:
// what is rare is in functions of its own, so that here no register is saved.

void endIteration(wire::Slot *S) {
  uint64_t Now = now();
  uint64_t Begin = S->Stamp.load(std::memory_order_relaxed);
  uint64_t Busy = Now - Begin;
  add(S->BusyTicks, Busy);
  add<uint64_t>(S->Histogram[wire::bucketOf(Busy)], 1);
  if (NOSTALL_UNLIKELY(Busy >
                       S->WindowMaxTicks.load(std::memory_order_relaxed)))
    noteLongest(S, Busy);
  if (NOSTALL_UNLIKELY(Busy >=
                       S->Threshold.load(std::memory_order_relaxed)))
    pushStall(S, Begin, Now);
  Thread.Active = nullptr;
  S->Call.store(0, std::memory_order_relaxed);
  S->Stamp.store(Now, std::memory_order_relaxed);
  S->Sequence.store(S->Sequence.load(std::memory_order_relaxed) + 1,
                    std::memory_order_release);
}

void beginIteration(wire::Slot *S, int Ready, int64_t TimeoutNs) {
  uint64_t Now = now();
  if (NOSTALL_UNLIKELY(Ready == 0 ||
                       S->StallPending.load(std::memory_order_relaxed)))
    noteWait(S, Now - S->Stamp.load(std::memory_order_relaxed), Ready,
             TimeoutNs);
  S->CallTicks = 0;
  S->LongestCallTicks = 0;
  S->Stamp.store(Now, std::memory_order_relaxed);
  S->Sequence.store(S->Sequence.load(std::memory_order_relaxed) + 1,
                    std::memory_order_release);
  Thread.Active = S;
  if (NOSTALL_UNLIKELY(Session->Parked.load(std::memory_order_relaxed)))
    wakeWatcher();
}

void leaveCall(wire::Slot *S, uint32_t Index, uint64_t Begin,
               const void *Caller) {
  uint64_t End = now();
  uint64_t Ticks = End - Begin;
  S->CallTicks += Ticks;
  if (Ticks > S->LongestCallTicks) {
    S->LongestCallTicks = Ticks;
    S->LongestCallArgument = S->CallArguments[0];
    S->LongestCall = Index + 1;
  }
  // Another call may have been recorded within this one: by a library that
  // switches coroutines in it, or by a handler on another stack. What CallEntry
  // names then is that one's, and gone: it began later than this one.
  bool IsEntryOurs = S->CallStamp.load(std::memory_order_relaxed) == Begin;
  if (NOSTALL_UNLIKELY(Ticks >=
                       S->Threshold.load(std::memory_order_relaxed)) &&
      IsEntryOurs)
    copyCall(S, Index, Begin, End);
  auto From = reinterpret_cast<uint64_t>(Caller);
  wire::CallSite *Site = &S->Sites[siteHash(From) & (wire::SitesPerSlot - 1)];
  if (NOSTALL_UNLIKELY(Site->Caller.load(std::memory_order_relaxed) != From))
    Site = searchSite(S, From, Index + 1);
  if (NOSTALL_LIKELY(Site)) {
    uint64_t Count = Site->Count.load(std::memory_order_relaxed) + 1;
    Site->Count.store(Count, std::memory_order_relaxed);
    add(Site->Ticks, Ticks);
    if (Ticks > Site->MaxTicks.load(std::memory_order_relaxed))
      Site->MaxTicks.store(Ticks, std::memory_order_relaxed);
    if (NOSTALL_UNLIKELY(Count >= Site->NextLook) && IsEntryOurs)
      lookAtSite(S, Site, Count);
  }
  S->Call.store(0, std::memory_order_release);
}

} // namespace nostall::probe
