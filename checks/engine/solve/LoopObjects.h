//===- LoopObjects.h - which loop it is -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which loop a call runs on, as an object of the program, which loop a library
// is told to use, and whether the two are one. Less is shown for the loops of C
// libraries: their handles do not name them.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ProgramObjects.h"
#include "engine/solve/Solution.h"

#include <map>
#include <optional>
#include <vector>

namespace nostall {

class LoopObjects {
public:
  LoopObjects(const Solution &S, const ProgramObjects &Objects);

  /// Awaiting the result of Call goes on when Loop has its turn.
  struct LoopSwitch {
    uint32_t Call = NoIndex;
    ObjectSet Loop;
  };
  /// What \p Await, a suspension point of \p F, waits for a loop to do.
  std::vector<LoopSwitch>
  switches(FunctionIndex F, const CallEdge &Await,
           llvm::ArrayRef<ActiveCall> Above = {}) const;

  /// The loop that the call runs on, as far as what put it there shows it.
  ObjectSet ownLoop(FunctionIndex F, uint32_t Call) const;
  /// The loop that \p Call, which gives callables to a library, means.
  ObjectSet loopOfEntry(FunctionIndex By, uint32_t Call,
                        llvm::ArrayRef<ActiveCall> Above = {}) const;
  /// How sure it is that \p Loop, as \p Library knows it, is \p Own; nothing
  /// when it is another one.
  std::optional<Confidence> isOwn(const ObjectSet &Own, const ObjectSet &Loop,
                                  const LibraryKnowledge *Library) const;
  /// How sure it is that one thread alone runs the loop. Where several do,
  /// another one goes on while this one waits: nothing.
  std::optional<Confidence> hasOneThread(const ObjectSet &Loop) const;

private:
  ObjectSet loopOfRoot(uint32_t Root, unsigned Depth) const;
  ObjectSet ownLoop(FunctionIndex F, uint32_t Call, unsigned Depth) const;
  bool isRunByMany(FunctionIndex F) const;
  void index();

  const Solution &S;
  const Program &P;
  const ProgramObjects &Objects;
  /// Where callables are passed, by body.
  std::map<FunctionIndex, std::vector<ActiveCall>> PassedAt;
  /// Where loops are run, and which.
  std::vector<std::pair<ActiveCall, ObjectSet>> Runs;
  /// The calls that make a loop object.
  llvm::DenseMap<const LibraryKnowledge *, unsigned> NumLoops;
};

} // namespace nostall
