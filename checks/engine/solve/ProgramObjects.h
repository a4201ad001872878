//===- ProgramObjects.h - which object a value is ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tells objects of the program apart: is the io_context that a coroutine was
// spawned on the one that runs this handler, is the promise that is fulfilled
// there the one whose future is waited for here? An object is known by the
// places where it is made and kept. Two values are one object when they share
// a place; they are two when all places of both are known and none is shared.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

#include <map>
#include <set>

namespace nostall {

/// A place where an object is made or kept.
struct ObjectPlace {
  enum class Kind : uint8_t {
    Slot,   ///< A member, global or capture.
    Local,  ///< A variable of function In.
    Made,   ///< What call Index, of the whole program, made.
    Getter, ///< What function Index, an EntityIndex, gives: uv_default_loop().
    Executor, ///< What coroutine In runs on: co_await this_coro::executor.
  };
  Kind K = Kind::Slot;
  FunctionIndex In = NoIndex;
  uint32_t Index = 0;
  friend auto operator<=>(const ObjectPlace &, const ObjectPlace &) = default;
};

/// What a value may be.
struct ObjectSet {
  std::set<ObjectPlace> Places;
  /// Callables and coroutines that it stands for, a packaged_task's, say; for
  /// a coroutine the call that makes its task.
  std::map<FunctionIndex, uint32_t> Bodies;
  /// All ways that it may come from were followed to their end.
  bool IsComplete = true;
  /// A parameter of the outermost function decides.
  bool OfCaller = false;

  void add(const ObjectSet &Other);
};

enum class Sameness : uint8_t { Different, Unknown, Same };
Sameness compare(const ObjectSet &A, const ObjectSet &B);

/// A call in progress: its function waits until it returns.
struct ActiveCall {
  FunctionIndex In = NoIndex;
  uint32_t Call = NoIndex; ///< Into LUSummary::Calls.
  /// What the callee's parameters are stands in the arguments.
  bool PassesArguments = true;
};

class ProgramObjects {
public:
  explicit ProgramObjects(const ValueFlow &Values);

  /// What \p Given, values of \p F, are. \p Above are the calls that led to
  /// \p F, innermost first; where there are none, all callers count.
  ObjectSet find(FunctionIndex F, llvm::ArrayRef<Value> Given,
                 llvm::ArrayRef<ActiveCall> Above = {}) const;
  /// The same of what \p Arg of \p Call names.
  ObjectSet argument(FunctionIndex F, uint32_t Call, const ArgSelector &Arg,
                     llvm::ArrayRef<ActiveCall> Above = {}) const;

private:
  struct Search;
  void add(Search &To, FunctionIndex F, const Value &V,
           llvm::ArrayRef<ActiveCall> Above, unsigned Depth) const;
  void addOrigin(Search &To, FunctionIndex F, const Origin &O,
                 llvm::ArrayRef<ActiveCall> Above, unsigned Depth) const;
  void addParam(Search &To, FunctionIndex F, unsigned Param,
                llvm::ArrayRef<ActiveCall> Above, unsigned Depth) const;
  void addMade(Search &To, const Origin &O) const;

  const ValueFlow &Values;
  const Program &P;
  /// The calls that name a function with a body.
  std::map<FunctionIndex, std::vector<ActiveCall>> DirectCalls;
};

} // namespace nostall
