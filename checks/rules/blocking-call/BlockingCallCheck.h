//===- BlockingCallCheck.h - nostall-blocking-call --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"

namespace nostall {

/// Finds calls on an event loop that make its thread wait: file and socket
/// I/O, sleeps, name resolution, locks, joins, futures, processes.
/// The user's documentation is README.md in this folder.
class BlockingCallCheck : public Check {
public:
  BlockingCallCheck();
  std::string configure(const CheckOptions &Options) override;
  void run(const Solution &S, FindingSink &Sink) override;

private:
  void report(const Solution &S, FindingSink &Sink, const EffectSite &Site);

  uint32_t Categories = 0; ///< Bit set.
  Tier Lowest = Tier::Likely;
  bool WithGil = true;
};

} // namespace nostall
