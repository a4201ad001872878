//===- PythonFrames.h - the Python stack of a thread ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the stacks of CPython 3.11 from outside: nothing is executed in the
// process and it is not stopped. The reads race with the interpreter. So all is
// copied twice, some microseconds apart, and the stack consists of the calls
// that are the same in both copies, from the outermost inwards. The stack of a
// thread that waits, or is in a long call, is exact; of one that calls small
// functions, the innermost may be missing, and the line of their caller shows
// the call. None is invented.
//
// It does not look again until the thread happens to stand still: that would
// find the long calls of a program too often, and never the loops of short
// ones.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/python/RemoteMemory.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

struct PythonFrame {
  std::string Function; ///< Qualified name: Class.method, f.<locals>.g
  std::string File;     ///< As the interpreter has it; may be "<string>".
  unsigned Line = 0;    ///< 0 when the instruction belongs to no line.
  /// Called from C: pairs with one native frame of _PyEval_EvalFrameDefault.
  /// The frames called by it up to the next entry run in the same native frame.
  /// As innermost ones may be missing, pairs are counted from the outermost.
  bool IsEntry = false;
};

/// The interpreter of one process, until the process execs or ends.
///
/// Keeps what it learned of functions and threads, so that looking again is
/// cheap: two system calls. Not for two threads at once. The memory
/// must outlive it.
class PythonProcess {
public:
  /// Nothing when there is no CPython 3.11 in the process; \p Reason is then
  /// why, a clause for the user. A process that is still starting may have one
  /// later.
  static std::optional<PythonProcess> find(pid_t Pid, RemoteMemory &Memory,
                                           std::string *Reason = nullptr);

  /// The stack of a thread, innermost first; empty when it runs no Python.
  std::vector<PythonFrame> frames(pid_t Tid);

  PythonProcess(PythonProcess &&) noexcept;
  PythonProcess &operator=(PythonProcess &&) noexcept;
  ~PythonProcess();

private:
  struct State;
  explicit PythonProcess(std::unique_ptr<State> S);
  std::unique_ptr<State> S;
};

} // namespace nostall
