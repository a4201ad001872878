//===- CpuBoundLoopCheck.h - nostall-cpu-bound-loop -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"
#include "engine/solve/CpuCost.h"

namespace nostall {

/// Finds computation on an event loop that runs long with no suspension point.
/// The user's documentation is README.md in this folder.
class CpuBoundLoopCheck : public Check {
public:
  CpuBoundLoopCheck();
  std::string configure(const CheckOptions &Options) override;
  void run(const Solution &S, FindingSink &Sink) override;

private:
  void reportLoop(const Solution &S, FindingSink &Sink, const HeavyLoop &L);
  void reportCall(const Solution &S, FindingSink &Sink, const EffectSite &Site);

  uint64_t Budget = 0;
  Tier Lowest = Tier::Likely;
};

} // namespace nostall
