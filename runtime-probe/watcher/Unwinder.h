//===- Unwinder.h - from a copied stack to frames ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Unwinding happens in the watcher, with libdw, from registers and a copy of
// the stack: by the modules' call frame information, so no frame pointers are
// needed; by frame pointers where there is none (code of a JIT compiler).
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/Layout.h"

#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nostall {

struct StackCopy {
  wire::Registers At = {};
  /// False: only the program counter and the stack pointer are known.
  bool AllRegisters = true;
  std::vector<uint8_t> Bytes; ///< From At.Sp upwards.
  /// What was not copied may be read from the process now: it stands still.
  bool MayReadMore = false;
};

/// A file that is mapped into a process.
struct MappedModule {
  std::string Path;
  std::string BuildId; ///< Bytes, not hexadecimal.
  friend bool operator==(const MappedModule &, const MappedModule &) = default;
};

struct UnwoundFrame {
  std::shared_ptr<const MappedModule> Module; ///< Null: in none.
  uint64_t Address = 0;   ///< In the ELF file; without module, at run time.
  bool IsCallSite = false; ///< A return address.
  bool IsPythonLoop = false; ///< In CPython's _PyEval_EvalFrameDefault.
  std::string Function;    ///< Known already: from a perf map, or Python's.
  std::string File;
  unsigned Line = 0;
};

struct UnwoundStack {
  std::vector<UnwoundFrame> Frames; ///< Innermost first.
  bool Truncated = false;
};

/// The modules of one process. Reading them takes milliseconds: make it before
/// it is needed. Not thread-safe.
class Unwinder {
  struct State;
  std::unique_ptr<State> S;

public:
  explicit Unwinder(pid_t Pid);
  ~Unwinder();
  Unwinder(Unwinder &&) noexcept;
  Unwinder &operator=(Unwinder &&) noexcept;

  /// Reads the modules now, unless it has already.
  void prepare();
  /// The probe's own frames are left out.
  UnwoundStack unwind(pid_t Tid, const StackCopy &Copy);
  /// The one frame that a return address tells of; empty if it is in no module.
  UnwoundStack caller(uint64_t ReturnAddress);
};

} // namespace nostall
