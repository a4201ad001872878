//===- Cause.cpp - why an iteration took that long --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Cause.h"

#include <algorithm>
#include <sys/syscall.h>

namespace nostall {
namespace {

/// What the machine did to the program, when it accounts for most of the time.
std::string machineCause(const StallFacts &F) {
  uint64_t Half = F.DurationNs / 2;
  if (F.SuspendedNs > Half)
    return "suspended";
  if (F.SeenTraced * 2 > F.Looks)
    return "debugger";
  if (F.SeenStopped * 2 > F.Looks)
    return "stopped";
  // The account is of some 250 ms, so what ran or was in a call was not it.
  if (F.ThrottledNs > Half && F.RunNs < Half && F.CallNs < Half)
    return "throttled";
  if (!F.HasSched || F.RunQueueNs <= Half)
    return "";
  // To the scheduler a throttled thread is one that waits for a CPU. On a busy
  // machine it does both.
  if (F.ThrottledNs > F.RunQueueNs / 2)
    return "throttled";
  return F.StealNs > Half ? "steal" : "runqueue";
}

/// The thread was on a CPU: in the program's code or in the kernel's.
std::string runningCause(const StallFacts &F) {
  // Measured on fresh pages in a quiet process: a storm's cost more.
  if (F.MinorFaults * F.MinorFaultNs > F.DurationNs / 3)
    return "page-fault";
  bool MostlyCalls = F.CallNs > F.DurationNs / 2;
  bool SeenSystem = F.Looks && F.SeenInKernel * 2 > F.Looks;
  bool TicksSay = F.SystemTicks > 2 * F.UserTicks && F.SystemTicks > 1;
  return MostlyCalls || SeenSystem || TicksSay ? "system" : "cpu";
}

} // namespace

std::string causeOf(const StallFacts &F) {
  if (std::string Machine = machineCause(F); !Machine.empty())
    return Machine;
  uint64_t Ready = F.RunNs + F.RunQueueNs;
  uint64_t Blocked = F.DurationNs > Ready ? F.DurationNs - Ready : 0;
  if (!F.HasSched) // No figures: a call's time counts as blocked.
    Blocked = F.CallNs;
  // What was seen counts for more than what was reckoned, where no call tells.
  bool SeenRunning = F.SeenRunning * 2 > F.Looks && F.CallNs * 2 < F.DurationNs;
  if (Blocked * 2 <= F.DurationNs || SeenRunning)
    return runningCause(F);
  if (F.CallNs * 2 > F.DurationNs)
    return F.Category;
  if (F.MajorFaults || F.SeenFaulting)
    return "page-fault";
  if (F.BlockedIn >= 0)
    return categoryOfSyscall(F.BlockedIn);
  // Blocked, and in no call: a fault that the kernel counts as a minor one (a
  // page that userfaultfd or another process provides).
  if (F.MinorFaults && F.CallNs * 4 < F.DurationNs)
    return "page-fault";
  return F.Category.empty() ? "wait" : F.Category;
}

std::string categoryOfSyscall(int64_t Number) {
  switch (Number) {
  case SYS_futex:
    return "lock";
  case SYS_nanosleep:
  case SYS_clock_nanosleep:
    return "sleep";
  case SYS_wait4:
  case SYS_waitid:
  case SYS_vfork:
  case SYS_clone:
  case SYS_clone3:
  case SYS_fork:
  case SYS_execve:
    return "process";
  case SYS_connect:
  case SYS_accept:
  case SYS_accept4:
  case SYS_recvfrom:
  case SYS_recvmsg:
  case SYS_sendto:
  case SYS_sendmsg:
    return "socket";
  case SYS_poll:
  case SYS_ppoll:
  case SYS_select:
  case SYS_pselect6:
  case SYS_epoll_wait:
  case SYS_epoll_pwait:
  case SYS_io_uring_enter:
  case SYS_pause:
    return "wait";
  case SYS_msgrcv:
  case SYS_msgsnd:
  case SYS_semop:
  case SYS_semtimedop:
    return "ipc";
  default:
    return "file";
  }
}

std::string categoryOfDescriptor(const std::string &Target,
                                 const std::string &Fallback) {
  if (Target.starts_with("socket:"))
    return "socket";
  if (Target.starts_with("pipe:"))
    return "ipc";
  if (Target.starts_with("anon_inode:"))
    return "wait";
  if (Target.starts_with("/dev/pts/") || Target.starts_with("/dev/tty"))
    return "device";
  return Fallback;
}

} // namespace nostall
