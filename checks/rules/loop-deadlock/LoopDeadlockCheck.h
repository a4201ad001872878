//===- LoopDeadlockCheck.h --------------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"

namespace nostall {

/// Finds waits on an event loop for what only that loop can do.
/// The user's documentation is README.md in this folder.
class LoopDeadlockCheck : public Check {
public:
  LoopDeadlockCheck();
  std::string configure(const CheckOptions &Given) override;
  void run(const Solution &S, FindingSink &Sink) override;

private:
  void addNestedLoops(const Solution &S, FindingSink &Sink) const;

  bool NestedLoops = false;
};

} // namespace nostall
