//===- CpuBoundLoopCheck.h - nostall-cpu-bound-loop -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"
#include "engine/solve/CpuCost.h"
#include "engine/solve/LoopWork.h"

namespace nostall {

/// Finds computation on an event loop that runs long with no suspension point.
/// The user's documentation is README.md in this folder.
class CpuBoundLoopCheck : public Check {
public:
  CpuBoundLoopCheck();
  std::string configure(const CheckOptions &Options) override;
  void run(const Solution &S, FindingSink &Sink) override;

private:
  struct LoopText {
    Tier How;
    std::string What; ///< "this loop ..."
    /// What comes after that, and what a function does that has the loop, where
    /// these differ.
    std::string Consequence = " and keeps the event loop busy";
    std::string OfFunction = "";
  };
  LoopText describe(const Solution &S, const HeavyLoop &L,
                    const std::string &Gil) const;
  bool estimateCall(const Solution &S, const EffectSite &Site, LoopWork &Work,
                    std::string &Text) const;
  void reportLoop(const Solution &S, FindingSink &Sink, const HeavyLoop &L);
  void reportPassed(const Solution &S, FindingSink &Sink, const HeavyLoop &L);
  void reportCall(const Solution &S, FindingSink &Sink, const EffectSite &Site,
                  LoopWork &Work);

  uint64_t Budget = 0; ///< In nanoseconds.
  Tier Lowest = Tier::Likely;
  bool WithGil = true;
};

} // namespace nostall
