//===- LoopArrival.cpp - which waits are a loop's ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "probe/LoopArrival.h"

namespace nostall::probe {
namespace {

/// Another wait has taken over when it came this often without the loop's own,
/// for longer than a second: the program has left its first loop for another.
constexpr uint32_t TakeOverWaits = 64;
constexpr double TakeOverNs = 1e9;

Arrival arriveInside(wire::Slot *S, LoopIdentity What, bool CanBeLoop,
                     uint64_t Sp) {
  ThreadState &T = Thread;
  // One helper may poll() for the loop and, deeper, for one answer.
  if (What == T.Loop && (CanBeLoop || Sp == S->WaitSp)) {
    T.ForeignWaits = 0;
    endIteration(S);
    return Arrival::Edge;
  }
  if (!CanBeLoop)
    return Arrival::Nested;
  T.ForeignWaits = What == T.Candidate ? T.ForeignWaits + 1 : 0;
  T.Candidate = What;
  uint64_t Busy = now() - S->Stamp.load(std::memory_order_relaxed);
  if (T.ForeignWaits < TakeOverWaits ||
      static_cast<double>(Busy) < TakeOverNs * Session->TicksPerNs)
    return Arrival::Nested;
  dropIteration(S);
  adopt(S, What, Sp);
  return Arrival::Edge;
}

/// Up to now the thread neither waited nor was in an iteration.
void noteOther(wire::Slot *S) {
  uint64_t Now = now();
  S->OtherTicks.store(S->OtherTicks.load(std::memory_order_relaxed) + Now -
                          S->Stamp.load(std::memory_order_relaxed),
                      std::memory_order_relaxed);
  S->Stamp.store(Now, std::memory_order_relaxed);
}

} // namespace

void adopt(wire::Slot *S, LoopIdentity What, uint64_t Sp) {
  Thread.Loop = What;
  Thread.ForeignWaits = 0;
  S->Wait = What.Kind;
  S->WaitIdentity = What.Id;
  S->WaitSp = Sp;
}

void dropIteration(wire::Slot *S) {
  Thread.Active = nullptr;
  S->Call.store(0, std::memory_order_relaxed);
  noteOther(S);
  S->DroppedIterations.store(
      S->DroppedIterations.load(std::memory_order_relaxed) + 1,
      std::memory_order_relaxed);
  S->Sequence.store(S->Sequence.load(std::memory_order_relaxed) + 1,
                    std::memory_order_release);
}

__attribute__((noinline)) Arrival arriveOtherwise(LoopIdentity What,
                                                  bool CanBeLoop, uint64_t Sp) {
  ThreadState &T = Thread;
  if (T.Active) {
    if (NOSTALL_UNLIKELY(!isOwnProcess()))
      return Arrival::Pass;
    return arriveInside(T.Active, What, CanBeLoop, Sp);
  }
  if (T.Loop.Kind != wire::WaitKind::None)
    return Arrival::Pass; // A signal handler's wait, during the loop's.
  if (!CanBeLoop || hasGivenUp())
    return Arrival::Pass;
  if (!(What == T.Candidate)) {
    T.Candidate = What;
    if (Session)
      Session->PollsNotLoops.fetch_add(1, std::memory_order_relaxed);
    return Arrival::Pass;
  }
  if (!needSession() || !isOwnProcess())
    return Arrival::Pass;
  if (!T.Slot)
    T.Slot = claimSlot(What, Sp);
  if (!T.Slot)
    return Arrival::Pass;
  adopt(T.Slot, What, Sp);
  noteOther(T.Slot);
  return Arrival::Edge;
}

} // namespace nostall::probe
