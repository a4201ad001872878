//===- ThreadInfo.h - what the kernel says of a thread ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads /proc. Nothing here stops or signals the thread. What another user's
// process does not show is absent, not an error.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace nostall {

/// A point in a thread's life.
struct SchedReading {
  uint64_t RunNs = 0;      ///< On a CPU. Lags while it runs, up to a tick.
  uint64_t RunQueueNs = 0; ///< Ready, waiting for one.
};

struct FaultReading {
  char State = '?'; ///< R, S, D, T, t, ...
  uint64_t Minor = 0, Major = 0;
  uint64_t UserTicks = 0, SystemTicks = 0; ///< In units of USER_HZ.
};

/// Where a thread is blocked.
struct SyscallReading {
  bool Running = false;
  int64_t Number = -1; ///< -1: blocked, but in no system call (a page fault).
  uint64_t Sp = 0, Pc = 0;
};

/// Keeps descriptors of one thread's files. Not copyable; one owner thread.
class ThreadInfo {
  int Sched = -1, Stat = -1;
  pid_t Pid, Tid;

public:
  ThreadInfo(pid_t Pid, pid_t Tid);
  ~ThreadInfo();
  ThreadInfo(const ThreadInfo &) = delete;
  ThreadInfo &operator=(const ThreadInfo &) = delete;

  bool isAlive() const;
  std::optional<SchedReading> sched() const;
  std::optional<FaultReading> faults() const;
  std::optional<SyscallReading> syscall() const;
  /// Whether a signal sent now would reach a handler.
  bool takesSignal(int Number) const;
  bool isTraced() const;
  std::string name() const; ///< comm
};

/// Reads as much as is mapped; the count of bytes.
size_t readMemory(pid_t Pid, uint64_t From, void *Into, size_t Size);
/// A C string of up to 127 bytes.
std::string readText(pid_t Pid, uint64_t From);
/// "socket:[123]", a path, ...; empty when it is not shown.
std::string descriptorTarget(pid_t Pid, int Fd);
std::string executableOf(pid_t Pid);
std::string commOf(pid_t Pid);
pid_t parentOf(pid_t Pid);

/// A thread as this process's PID namespace numbers it.
struct ThreadNumbers {
  pid_t Pid, Tid;
};
/// The thread that calls itself Pid and Tid, and has that file mapped: in a
/// container the numbers are others than ours. {0, 0} when there is none any
/// more; nothing when it cannot be told.
std::optional<ThreadNumbers> findThread(pid_t Pid, pid_t Tid,
                                        const std::string &MappedFile);

/// Whether this process has one of the capabilities that open other users'
/// processes: CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON.
bool maySeeOtherUsers();

/// Microseconds for which the kernel kept the process's control group from
/// running because its quota was used up; nullopt where it keeps no such account.
std::optional<uint64_t> throttledUs(pid_t Pid);
/// Nanoseconds that the hypervisor took from this machine's CPUs.
uint64_t stealNs();

} // namespace nostall
