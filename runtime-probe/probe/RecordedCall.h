//===- RecordedCall.h - around a call that may block ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inside an iteration a call leaves its registers and identity in the slot, so
// that the watcher can unwind the stack of a thread that is blocked in it
// without stopping or signalling it. When the call took the threshold or
// longer, the thread copies its stack itself: that needs no privilege.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "probe/Probe.h"

#include <type_traits>

namespace nostall::probe {

template <typename T> inline uint64_t asWord(T Value) {
  if constexpr (std::is_pointer_v<T>)
    return reinterpret_cast<uint64_t>(Value);
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
    return static_cast<uint64_t>(Value);
  else
    return 0; // A va_list, a struct: of no use outside.
}

inline void storeArguments(uint64_t *, int) {}
template <typename First, typename... Rest>
inline void storeArguments(uint64_t *Into, int Left, First Value,
                           Rest... Others) {
  *Into = asWord(Value);
  if (Left > 1)
    storeArguments(Into + 1, Left - 1, Others...);
}

/// The slot when this call is to be recorded, else null: outside of an
/// iteration, or within another recorded call (a signal handler's, one that
/// libc makes for another).
inline wire::Slot *recording() {
  wire::Slot *S = Thread.Active;
  if (NOSTALL_LIKELY(!S))
    return nullptr;
  if (NOSTALL_UNLIKELY(S->Call.load(std::memory_order_relaxed) != 0)) {
    // A handler left a call by longjmp: its frame lies below us, and is gone.
    uint64_t Here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    uint64_t There = S->CallEntry.Sp;
    if (Here <= There || Here - There > (1 << 20))
      return nullptr;
  }
  return isOwnProcess() ? S : nullptr;
}

__attribute__((always_inline)) inline uint64_t enterCall(wire::Slot *S,
                                                         uint32_t Index) {
  uint64_t Begin = now();
  S->Call.store(0, std::memory_order_relaxed);
  capture(S->CallEntry);
  S->CallStamp.store(Begin, std::memory_order_relaxed);
  S->CallNumber.store(S->CallNumber.load(std::memory_order_relaxed) + 1,
                      std::memory_order_release);
  S->Call.store(Index + 1, std::memory_order_release);
  return Begin;
}

/// Caller: the return address of the wrapper.
void leaveCall(wire::Slot *S, uint32_t Index, uint64_t Begin,
               const void *Caller);

/// Invoke() between enterCall and leaveCall; Invoke(Begin), with the ticks when
/// the call began, if it takes that. Inlined into the wrapper, so that the
/// return address is the wrapper's.
template <typename Return, typename Call, typename... Args>
__attribute__((always_inline)) inline Return
recorded(wire::Slot *S, uint32_t Index, Call Invoke, Args... Arguments) {
  storeArguments(S->CallArguments, 3, Arguments...);
  uint64_t Begin = enterCall(S, Index);
  if constexpr (std::is_void_v<Return>) {
    Invoke();
    leaveCall(S, Index, Begin, __builtin_return_address(0));
  } else if constexpr (std::is_invocable_v<Call, uint64_t>) {
    Return Result = Invoke(Begin);
    leaveCall(S, Index, Begin, __builtin_return_address(0));
    return Result;
  } else {
    Return Result = Invoke();
    leaveCall(S, Index, Begin, __builtin_return_address(0));
    return Result;
  }
}

} // namespace nostall::probe
