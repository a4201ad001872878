//===- ThreadMutexes.h - classes that stop a thread -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A guard such as std::lock_guard takes any class that has lock() and unlock().
// Only where lock() makes its thread wait is holding one a matter for a loop;
// the lock() of a coroutine's mutex gives something to await.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Effects.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"

namespace nostall {

class ThreadMutexes {
public:
  /// \p MayBlock: the functions that may block for long, whatever for.
  ThreadMutexes(const ValueFlow &Values, const CallGraph &Graph,
                const Effects &Found, const std::vector<bool> &MayBlock);

  /// Whether the class named \p Type is known to stop who locks it: by the
  /// knowledge, by a base class, or by the body of its lock().
  bool contains(StringId Type) const;

private:
  bool waits(const CallGraph &Graph, FunctionIndex F, unsigned Depth) const;
  bool knownToLock(llvm::StringRef Class) const;

  const Program &P;
  const std::vector<bool> &MayBlock;
  /// Functions with a lock effect that no lock rule explains.
  llvm::DenseSet<FunctionIndex> OtherLocks;
  /// The project's own mutexes, and libraries' whose lock() is described.
  llvm::StringSet<> Classes;
};

} // namespace nostall
