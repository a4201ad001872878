//===- ComputeUnit.h - how fast this machine computes -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <vector>

namespace nostall {

/// A loop whose rounds the cost model prices in full.
struct UnitLoop {
  const char *Name;
  double Reference; ///< Nanoseconds a round on the reference machine.
  double Measured;  ///< Here: the fastest of several blocks.
};

/// Runs each loop for some tens of milliseconds on the calling thread.
std::vector<UnitLoop> measureUnitLoops();

/// How much slower than the reference machine: the geometric mean.
double slownessOf(const std::vector<UnitLoop> &Loops);

} // namespace nostall
