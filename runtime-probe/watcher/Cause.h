//===- Cause.h - why an iteration took that long ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>

namespace nostall {

/// What was measured of one stall. Times in nanoseconds.
struct StallFacts {
  uint64_t DurationNs = 0;
  // From schedstat; what is left of the duration was blocked.
  bool HasSched = false;
  uint64_t RunNs = 0, RunQueueNs = 0;
  uint64_t UserTicks = 0, SystemTicks = 0; ///< 10 ms each: a hint only.
  // Interposed calls.
  uint64_t CallNs = 0, LongestCallNs = 0;
  std::string Call;     ///< The longest one.
  std::string Category; ///< Of that call, on that descriptor.
  uint64_t MinorFaults = 0, MajorFaults = 0;
  uint64_t MinorFaultNs = 0; ///< What one costs on this machine.
  // How often the watcher saw the thread, and in which state.
  unsigned Looks = 0, SeenStopped = 0, SeenTraced = 0, SeenFaulting = 0;
  unsigned SeenRunning = 0;
  unsigned SeenInKernel = 0; ///< Running, inside a system call.
  int64_t BlockedIn = -1;    ///< System call, when no call was interposed.
  // What the machine did meanwhile.
  uint64_t StealNs = 0, ThrottledNs = 0, SuspendedNs = 0;
};

/// The word for the report; docs/formats.md lists them.
std::string causeOf(const StallFacts &Facts);

/// The category of a system call that no wrapper saw: "file", "lock", ...
std::string categoryOfSyscall(int64_t Number);

/// "socket", "ipc" (a pipe), "device", "wait" (eventfd and its like), or the
/// fallback, for what a descriptor refers to as /proc shows it.
std::string categoryOfDescriptor(const std::string &Target,
                                 const std::string &Fallback);

} // namespace nostall
