//===- LoopArrival.h - at a loop's wait -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wait is a loop's edge, or a blocking call within an iteration (a library
// that waits for its one answer), or neither. A thread has a loop once it has
// waited twice on the same thing: the same epoll descriptor or ring; for poll()
// and select(), which have no such thing, two or more descriptors from the
// same place in the program. From then on the same wait is the next edge, and
// any other wait inside an iteration blocks.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "probe/Resume.h"

namespace nostall::probe {

enum class Arrival {
  Pass,   ///< Neither edge nor inside an iteration.
  Nested, ///< Blocks inside an iteration.
  Edge,
};

/// The loop of the thread is now this one.
void adopt(wire::Slot *S, LoopIdentity What, uint64_t Sp);
/// What ends here was no iteration: it is not counted.
void dropIteration(wire::Slot *S);
/// arrive(), but for the loop's own wait.
Arrival arriveOtherwise(LoopIdentity What, bool CanBeLoop, uint64_t Sp);

/// To be called before every wait. After Edge, beginIteration(Thread.Slot, ...)
/// must follow it.
__attribute__((always_inline)) inline Arrival
arrive(LoopIdentity What, bool CanBeLoop, uint64_t Sp) {
  ThreadState &T = Thread;
  wire::Slot *S = T.Active;
  if (NOSTALL_UNLIKELY(!S || !(What == T.Loop) || !CanBeLoop ||
                       !Process->Alive))
    return arriveOtherwise(What, CanBeLoop, Sp);
  T.ForeignWaits = 0;
  endIteration(S);
  return Arrival::Edge;
}

/// Goes on with a wait that failed, if our signal cut it short: the program
/// sees it uninterrupted. Begin: when the wait began, in ticks.
template <typename Result, typename Call, typename Timeout>
NOSTALL_RARE Result
resumeWait(Result Value, uint32_t Signals, uint64_t Begin, Call Wait,
           Timeout TimeoutOf) {
  OurSignal Signal(Signals);
  while (Signal.cutShort(Value == -1)) {
    int64_t Rest = TimeoutOf();
    if (Rest > 0) {
      auto Passed = static_cast<int64_t>(nanosecondsSince(Begin));
      Rest = Rest > Passed ? Rest - Passed : 0;
    }
    Value = Wait(&Rest);
  }
  return Value;
}

/// Wait() as the loop's edge, a recorded call or neither. Wait(nullptr) makes
/// the call as it was given, Wait(&Rest) waits for the rest, in nanoseconds or
/// -1 for without end. TimeoutOf() is asked only when the kernel has read the
/// timeout: a bad pointer must end in EFAULT, not here. Both hold copies, not
/// references, or what they refer to would have to be in memory.
template <typename Call, typename Timeout, typename... Args>
__attribute__((always_inline)) inline auto
waitAs(Arrival How, uint32_t Index, Call Wait, Timeout TimeoutOf,
       Args... Arguments) {
  using Result = decltype(Wait(nullptr));
  if (NOSTALL_LIKELY(How == Arrival::Edge)) {
    wire::Slot *S = Thread.Slot;
    uint32_t Signals = Thread.Signals;
    Result Value = Wait(nullptr); // Nothing below sets errno.
    if (NOSTALL_UNLIKELY(Value == -1 && Thread.Signals != Signals))
      Value = resumeWait(Value, Signals,
                         S->Stamp.load(std::memory_order_relaxed), Wait,
                         TimeoutOf);
    // A cancelled or longjmp'ed wait does not get here; the next one does.
    beginIteration(S, static_cast<int>(Value), Value == 0 ? TimeoutOf() : -1);
    return Value;
  }
  if (How == Arrival::Nested)
    if (wire::Slot *S = recording())
      return recorded<Result>(
          S, Index,
          [=](uint64_t Begin) __attribute__((always_inline)) {
            uint32_t Signals = Thread.Signals;
            Result Value = Wait(nullptr);
            return Value == -1 && Thread.Signals != Signals
                       ? resumeWait(Value, Signals, Begin, Wait, TimeoutOf)
                       : Value;
          },
          Arguments...);
  return Wait(nullptr);
}

} // namespace nostall::probe
