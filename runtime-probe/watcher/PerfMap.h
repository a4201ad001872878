//===- PerfMap.h - names of a JIT compiler's functions ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nostall {

/// /tmp/perf-PID.map, as node --perf-basic-prof and others write it (see
/// tools/perf/Documentation/jit-interface.txt of Linux): lines of address,
/// size, name. Read again as it grows. Not thread-safe.
class PerfMap {
  struct Entry {
    uint64_t Begin, End;
    std::string Name;
  };
  pid_t Pid;
  int64_t ReadBytes = 0;
  std::vector<Entry> Entries; ///< In the order of the file: later ones win.

  void readMore();

public:
  explicit PerfMap(pid_t Pid) : Pid(Pid) {}
  /// Empty when there is no map, or nothing at that address.
  std::string find(uint64_t Address);
};

} // namespace nostall
