//===- Plan.h - which injections, in which order ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "Injection.h"

#include <string>
#include <utility>
#include <vector>

namespace inject {

struct Options {
  uint64_t Seed = 1;
  uint64_t Count = 0; ///< 0: every cause at every site once.
  double MinMs = 2;
  double MaxMs = 60;
  double ThresholdMs = 5;
  double GapMs = 10;
  std::string Log;
  std::vector<const Cause *> Causes;
  std::vector<const Site *> Sites;

  int64_t thresholdNs() const {
    return static_cast<int64_t>(ThresholdMs * 1e6);
  }
};

/// A cause that cannot be made here, and why.
using Skipped = std::pair<const Cause *, std::string>;

/// In rounds: each has every cause at every site once, in an order that the
/// seed decides. The same seed gives the same plan with any compiler.
std::vector<Injection> makePlan(const Options &Chosen,
                                const std::vector<const Cause *> &Causes);

} // namespace inject
