//===- Launch.h - runs a program under the probe ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/Watcher.h"

#include <string>
#include <vector>

namespace nostall {

struct RunOptions {
  WatchOptions Watch;
  std::vector<std::string> Command;
  std::string ProbePath; ///< libnostall-probe.so
  std::string TracePath;
  uint64_t MaxTraceBytes = 256 << 20;
};

struct RunResult {
  std::string Error; ///< Empty when the program was run.
  int Status = 0;    ///< As wait(2) gives it.
  bool TraceComplete = true;
  uint32_t Processes = 0; ///< With the probe loaded.
  /// A sentence; empty when a loop was seen.
  std::string WhyNoLoop = {};
};

/// Runs the program as a child, as strace does, and writes the trace. Signals
/// that ask this process to end go to the child; those of the terminal reach it
/// by themselves. Returns when the child has ended and no loop of its
/// descendants is alive. To be called once in a process, with no other threads.
RunResult runProgram(const RunOptions &Options);

/// Makes this process the program, with the same pid and parent; a process that
/// is no child of it watches. Returns only on failure, with a message.
std::string becomeProgram(const RunOptions &Options);

/// Watches a program that was started with the probe and without a watcher,
/// until it ends or this process gets SIGINT or SIGTERM. Options.Command is not
/// used.
RunResult attachProgram(const RunOptions &Options, pid_t Pid);

} // namespace nostall
