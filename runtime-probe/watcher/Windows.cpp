//===- Windows.cpp - a loop's work over time --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Windows.h"

#include <algorithm>
#include <cassert>

namespace nostall {

void Windows::append(const Window &W) {
  Done.push_back(W);
  if (Done.size() < MaxWindows)
    return;
  for (size_t I = 0; I < MaxWindows / 2; ++I) {
    const Window &A = Done[2 * I], &B = Done[2 * I + 1];
    Done[I] = {A.BusyNs + B.BusyNs, A.Iterations + B.Iterations,
               std::max(A.MaxNs, B.MaxNs)};
  }
  Done.resize(MaxWindows / 2);
  WidthNs *= 2;
}

void Windows::add(uint64_t NowNs, uint64_t BusyNs, uint64_t Iterations,
                  uint64_t MaxNs) {
  assert(isDue(NowNs));
  Window W;
  // An iteration under way is read a little before or after its stamp: the sum
  // may go back by that.
  W.BusyNs = CarriedNs + (BusyNs > LastBusyNs ? BusyNs - LastBusyNs : 0);
  W.Iterations = Iterations - LastIterations;
  W.MaxNs = MaxNs;
  LastBusyNs = std::max(LastBusyNs, BusyNs);
  LastIterations = Iterations;
  while (isDue(NowNs)) {
    uint64_t Busy = std::min(W.BusyNs, WidthNs);
    CarriedNs = W.BusyNs - Busy;
    W.BusyNs = Busy;
    append(W);
    W = Window{CarriedNs, 0, 0};
  }
}

void Windows::finish(uint64_t BusyNs, uint64_t Iterations, uint64_t MaxNs) {
  uint64_t Busy = CarriedNs + (BusyNs > LastBusyNs ? BusyNs - LastBusyNs : 0);
  if (Busy || Iterations != LastIterations)
    append({std::min(Busy, WidthNs), Iterations - LastIterations, MaxNs});
}

} // namespace nostall
