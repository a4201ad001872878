//===- WaySearch.h - from the roots down the call graph ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the ways from roots to functions, the surest first, then those that ask
// for the least to come together: the algorithm of Dijkstra, over pairs of a
// function and what its callers told it. Coroutines and registered handlers
// that it comes across become roots of their own: that is where a reader looks.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Likelihood.h"

#include <map>
#include <queue>
#include <vector>

namespace nostall {

/// Refers to all that it is made with.
class WaySearch {
public:
  WaySearch(const Program &P, const CallGraph &Graph,
            const CallFactTable &Facts, const GilFlow &Gil,
            const Bindings &Told, const Likelihood &Likely,
            const TestCode &Tests, Ways &Found)
      : P(P), Graph(Graph), Facts(Facts), Gil(Gil), Told(Told), Likely(Likely),
        Tests(Tests), Found(Found) {}

  /// From all of \p Roots at once. What earlier calls found comes before what
  /// this one finds.
  void spread(llvm::ArrayRef<Root> Roots);

private:
  /// A way that has not been looked at.
  struct Item {
    Witness Way;
    FunctionIndex F;
    uint64_t Order; ///< Keeps the result independent of the queue's whims.
  };
  struct IsLater {
    bool operator()(const Item &A, const Item &B) const;
  };

  void queue(Witness Way, FunctionIndex F);
  void addRoots(llvm::ArrayRef<Root> Roots);
  bool admits(Item &I) const;
  void expand(const Item &I, uint32_t Index);
  bool goesAlong(const Item &I, const Edge &E) const;
  Confidence sureAlong(const Item &I, const Edge &E) const;
  bool isDispatch(const Edge &E, const Root &From) const;
  void startRoot(const Item &I, uint32_t Index, const Edge &E, uint32_t Via);

  const Program &P;
  const CallGraph &Graph;
  const CallFactTable &Facts;
  const GilFlow &Gil;
  const Bindings &Told;
  const Likelihood &Likely;
  const TestCode &Tests;
  Ways &Found;
  std::priority_queue<Item, std::vector<Item>, IsLater> Queue;
  uint64_t Order = 0;
  /// Coroutines and handlers that were found on the way: the best way so far.
  std::map<std::pair<FunctionIndex, std::vector<BoundParam>>,
           std::pair<Confidence, uint32_t>>
      QueuedRoots;
};

} // namespace nostall
