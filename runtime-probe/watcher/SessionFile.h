//===- SessionFile.h - the watcher's end of the shared memory ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/Layout.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <utility>

namespace nostall {

/// CLOCK_MONOTONIC, in nanoseconds.
uint64_t monotonicNs();

/// Converts the session's ticks to CLOCK_MONOTONIC. The TSC's rate is measured,
/// and measured again as time goes by, so the error stays below a microsecond
/// for points close to the last measurement.
class TickClock {
  wire::ClockKind Kind = wire::ClockKind::Monotonic;
  uint64_t FirstTicks = 0, FirstNs = 0, LastTicks = 0, LastNs = 0;
  double NsPerTick = 1;

public:
  /// Takes the TSC when the kernel trusts it, and waits some milliseconds to
  /// measure its rate.
  static TickClock measure();

  wire::ClockKind kind() const { return Kind; }
  double ticksPerNs() const { return 1 / NsPerTick; }
  uint64_t now() const;
  /// To be called about once a second.
  void adjust();
  uint64_t toNs(uint64_t Ticks) const;
  uint64_t durationNs(uint64_t Ticks) const {
    return static_cast<uint64_t>(static_cast<double>(Ticks) * NsPerTick);
  }
  uint64_t durationTicks(uint64_t Ns) const {
    return static_cast<uint64_t>(static_cast<double>(Ns) / NsPerTick);
  }
};

/// The file that the probes map. Removed with this object that made it.
class SessionFile {
  std::string Path;
  bool IsOwner = false;
  wire::Session *Map = nullptr;
  size_t Size = 0;

public:
  SessionFile() = default;
  SessionFile(SessionFile &&Other) { *this = std::move(Other); }
  SessionFile &operator=(SessionFile &&Other) {
    std::swap(Path, Other.Path);
    std::swap(IsOwner, Other.IsOwner);
    std::swap(Map, Other.Map);
    std::swap(Size, Other.Size);
    return *this;
  }
  ~SessionFile();

  /// In /dev/shm, else in TMPDIR. On failure a message.
  static std::pair<SessionFile, std::string> create(const TickClock &Clock,
                                                    uint64_t ThresholdNs);

  /// The one that the process made itself, or was started with. The file is not
  /// removed with this object.
  static std::pair<SessionFile, std::string> open(pid_t Pid);

  const std::string &path() const { return Path; }
  wire::Session &session() { return *Map; }
  /// For all loops, those that exist already too.
  void setThreshold(uint64_t Ticks);
  wire::Slot &slot(uint32_t Index) { return *wire::slotAt(Map, Index); }
  /// After fork(), in the child: the file stays the parent's.
  void disown() { IsOwner = false; }
};

} // namespace nostall
