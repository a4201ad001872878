//===- LockAcrossSuspensionCheck.h ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"

namespace nostall {

/// Finds coroutines that suspend while they hold a lock of the thread.
/// The user's documentation is README.md in this folder.
class LockAcrossSuspensionCheck : public Check {
public:
  LockAcrossSuspensionCheck();
  void run(const Solution &S, FindingSink &Sink) override;
};

} // namespace nostall
