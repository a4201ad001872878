//===- FrameWalk.h - following an interpreter's lists -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Terms. A *thread state* (PyThreadState) is what an interpreter keeps for a
// thread; a thread that runs in several interpreters has several. Its *C frame*
// (_PyCFrame) lies on the native stack and points to the innermost *frame*.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/python/MemorySnapshot.h"

#include <optional>
#include <sys/types.h>
#include <vector>

namespace nostall {

/// A frame as it is in the interpreter: addresses.
struct RawFrame {
  uint64_t Address = 0;
  uint64_t Previous = 0;    ///< The caller's frame, 0 for the outermost.
  uint64_t Code = 0;        ///< Its code object.
  uint64_t Instruction = 0; ///< The code unit before the next instruction.
  bool IsEntry = false;
  /// The interpreter has its operand stack in hand: it is the innermost frame
  /// of its native frame. Never so after it has returned, which tells it from
  /// what returned frames leave behind.
  bool IsExecuting = false;

  bool operator==(const RawFrame &) const = default;
};

/// Whether both are the same call. The instruction may have gone on.
inline bool isSameCall(const RawFrame &A, const RawFrame &B) {
  return A.Address == B.Address && A.Previous == B.Previous &&
         A.Code == B.Code && A.IsEntry == B.IsEntry;
}

/// One walk over the frames of a thread.
struct FrameWalk {
  /// Every list was followed to its end. When not, the process changed under
  /// our hands, and the frames tell nothing.
  bool IsComplete = false;
  std::vector<RawFrame> Frames; ///< Innermost first, MaxFrames at most.
  /// A debugger or profiler in the process is called between instructions, and
  /// IsExecuting tells nothing.
  bool IsTraced = false;
  uint64_t ThreadState = 0; ///< Not 0 when there is just one.
};

/// Deeper stacks lose their outermost frames. Python's own limit is 1000.
inline constexpr size_t MaxFrames = 4096;

/// One frame; nothing when there is none that is being executed.
std::optional<RawFrame> readFrame(MemorySnapshot &Pages, uint64_t Address);

/// Walks over the frames of the thread whose id is \p NativeId in the process's
/// own PID namespace. No frames when it runs no Python.
/// \p LikelyState, when not 0, is where its thread state was the last time; it
/// saves following the list of all threads.
FrameWalk walkFrames(MemorySnapshot &Pages, uint64_t Runtime, pid_t NativeId,
                     uint64_t LikelyState);

} // namespace nostall
