//===- Resume.h - calls that our signal cut short ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The watcher signals a thread that it saw running. Until the signal is there
// the thread may have entered a call that the kernel never restarts: it ends
// with EINTR, which the program has not deserved. When the sampler's handler
// ran during the call, the wrapper goes on with it for the time that remains.
// (A signal of the program's that came during the same call is then not seen
// as EINTR; its handler has run.)
//
//===----------------------------------------------------------------------===//

#pragma once

#include "probe/RecordedCall.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

namespace nostall::probe {

enum class Resume { None, Retry, Receive, Send };

/// For the rare case only: before a call nobody reads the clock for this.
inline uint64_t nanosecondsSince(uint64_t Ticks) {
  return static_cast<uint64_t>(static_cast<double>(now() - Ticks) /
                               Session->TicksPerNs);
}

/// Tells, after a call that failed with EINTR, whether it was our signal.
class OurSignal {
  uint32_t Before;

public:
  /// Signals: Thread.Signals from before the call.
  explicit OurSignal(uint32_t Signals = Thread.Signals) : Before(Signals) {}
  bool cutShort(bool Failed) {
    if (NOSTALL_LIKELY(!Failed) || *KeepErrno::location() != EINTR ||
        Thread.Signals == Before)
      return false;
    Before = Thread.Signals;
    if (wire::Slot *S = Thread.Slot)
      S->Resumed.store(S->Resumed.load(std::memory_order_relaxed) + 1,
                       std::memory_order_relaxed);
    return true;
  }
};

/// Waits on a socket that has a timeout, for what is left of it. False when
/// nothing is left.
inline bool waitRest(int Fd, Resume Kind, uint64_t BeginTicks) {
  timeval Limit = {};
  socklen_t Size = sizeof(Limit);
  int Option = Kind == Resume::Receive ? SO_RCVTIMEO : SO_SNDTIMEO;
  if (rawSyscall(SYS_getsockopt, Fd, SOL_SOCKET, Option,
                 reinterpret_cast<long>(&Limit),
                 reinterpret_cast<long>(&Size)) < 0 ||
      (Limit.tv_sec == 0 && Limit.tv_usec == 0))
    return true; // None: the call itself waits.
  uint64_t Asked = static_cast<uint64_t>(Limit.tv_sec) * 1'000'000'000 +
                   static_cast<uint64_t>(Limit.tv_usec) * 1000;
  uint64_t Passed = nanosecondsSince(BeginTicks);
  if (Passed >= Asked)
    return false;
  pollfd Wait = {Fd, static_cast<short>(Kind == Resume::Receive ? POLLIN
                                                                : POLLOUT), 0};
  timespec Rest = {static_cast<time_t>((Asked - Passed) / 1'000'000'000),
                   static_cast<long>((Asked - Passed) % 1'000'000'000)};
  return rawSyscall(SYS_ppoll, reinterpret_cast<long>(&Wait), 1,
                    reinterpret_cast<long>(&Rest), 0, 0) != 0;
}

inline int firstOf() { return 0; }
template <typename First, typename... Rest>
First firstOf(First Value, Rest...) {
  return Value;
}

/// Goes on with a call that failed, if our signal cut it short. First: the
/// call's first argument.
template <typename Return, Resume Kind, typename Call, typename First>
NOSTALL_RARE Return resumeCall(uint32_t Signals, uint64_t Begin, Call Invoke,
                               First Descriptor) {
  auto Result = static_cast<Return>(-1);
  OurSignal Signal(Signals);
  while (Signal.cutShort(Result == static_cast<Return>(-1))) {
    if constexpr (Kind != Resume::Retry) {
      if (!waitRest(Descriptor, Kind, Begin)) {
        *KeepErrno::location() = EAGAIN;
        return Result;
      }
    }
    Result = Invoke();
  }
  return Result;
}

template <typename Return, Resume Kind, typename Call, typename... Args>
__attribute__((always_inline)) inline Return
recordedWith(wire::Slot *S, uint32_t Index, Call Invoke, Args... Arguments) {
  if constexpr (Kind == Resume::None) {
    return recorded<Return>(S, Index, Invoke, Arguments...);
  } else {
    auto Repeat = [=](uint64_t Begin) __attribute__((always_inline)) {
      uint32_t Signals = Thread.Signals;
      Return Result = Invoke();
      if (NOSTALL_LIKELY(Result != static_cast<Return>(-1) ||
                         Thread.Signals == Signals))
        return Result;
      return resumeCall<Return, Kind>(Signals, Begin, Invoke,
                                      firstOf(Arguments...));
    };
    return recorded<Return>(S, Index, Repeat, Arguments...);
  }
}

} // namespace nostall::probe
