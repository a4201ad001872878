//===- Contexts.h - what runs on an event loop, and why ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts together where code begins to run on a loop (Roots.h) and how it goes on
// from there (WaySearch.h), and answers what checks ask of that. For each
// function on the loop there is a witness: of the surest ways from a root the
// one that asks for the least to come together (see Decisions.h).
//
// Python's GIL is a second such context: who waits while it holds the GIL holds
// up the other Python threads. What is on a loop is not looked at for the GIL
// as well.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Likelihood.h"

#include <functional>
#include <vector>

namespace nostall {

struct ContextOptions {
  /// Whether a file is test code, which starts coroutines as production code
  /// never does.
  std::function<bool(llvm::StringRef)> IsTestFile;
};

/// Refers to \p Values and \p Graph, which must outlive it.
class Contexts {
public:
  Contexts(const ValueFlow &Values, const CallGraph &Graph,
           const ContextOptions &Options);
  Contexts(const Contexts &) = delete; // The members refer to each other.

  llvm::ArrayRef<Root> roots() const { return Found.roots(); }
  llvm::ArrayRef<EventLoop> eventLoops() const { return Loops.Loops; }
  /// Whether the call is the wait of a hand-written event loop.
  bool isLoopWait(uint32_t Call) const { return Loops.Waits.count(Call); }

  /// Whether any of \p F's code runs on the loop, or with the GIL.
  bool isOnLoop(FunctionIndex F) const { return !Found.to(F).empty(); }
  /// The best way to \p F.
  const Witness &witness(FunctionIndex F) const {
    return Found.at(Found.to(F).front());
  }
  /// The best way to \p F by which its call with local index \p Call is made;
  /// NoIndex for any.
  const Witness &witness(FunctionIndex F, uint32_t Call) const;
  const Witness &at(uint32_t Index) const { return Found.at(Index); }
  /// Whether what \p Into passes excludes the call \p Call that its callee
  /// makes.
  bool excludes(const Edge &Into, uint32_t Call) const;
  /// The set of ExecutionContext in which \p F runs.
  uint8_t bits(FunctionIndex F) const { return Bits[F]; }

  /// Whether the call with local index \p Call of \p F runs on the loop, or
  /// with the GIL.
  bool isCallOnLoop(FunctionIndex F, uint32_t Call) const {
    return Found.isCallOnLoop(F, Call);
  }
  /// The same for what that call leads to: along \p Down to the call \p Sink of
  /// \p SinkIn.
  bool isCallOnLoop(FunctionIndex F, uint32_t Call,
                    llvm::ArrayRef<uint32_t> Down, FunctionIndex SinkIn,
                    uint32_t Sink) const;
  /// Whether the way to \p F that witness() gives is one with the GIL, and on
  /// no loop.
  bool holdsGil(FunctionIndex F, uint32_t Call) const {
    return Found.isGil(witness(F, Call));
  }
  /// The best way of that kind by which the call is made, or null.
  const Witness *wayTo(FunctionIndex F, uint32_t Call, bool WithGil) const;
  /// Whether \p E hands the GIL on to its callee.
  bool carriesGil(const Edge &E) const { return Gil.carries(E, true); }
  const CallFacts &facts(FunctionIndex F, uint32_t Call) const {
    return Facts.at(F, Call);
  }
  /// Whether a loop statement (local index + 1) of \p F runs on the loop, or
  /// with the GIL.
  bool isLoopOnLoop(FunctionIndex F, uint16_t Loop) const {
    return Found.isLoopOnLoop(F, Loop);
  }

  /// How much must come together for a call with local index \p Call once its
  /// function runs: the higher the less likely. For comparing ways; adds up.
  uint32_t costOf(FunctionIndex F, uint32_t Call) const {
    return Likely.costOf(F, Call);
  }
  /// The same for what the call leads to.
  uint32_t costOf(const Edge &E) const { return Likely.costOf(E); }

private:
  const CallGraph &Graph;
  // In the order in which they are built; each refers to those above.
  GilFlow Gil;
  Decisions Branches;
  Likelihood Likely;
  Bindings Told;
  CallFactTable Facts;
  EventLoops Loops;
  Ways Found;
  std::vector<uint8_t> Bits;
};

} // namespace nostall
