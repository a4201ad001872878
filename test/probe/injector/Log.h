//===- Log.h - what the injector saw, as JSON lines -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "Loop.h"
#include "Plan.h"

#include <string>
#include <vector>

namespace inject {

/// All lines; written at the end, since writing during the run would stall.
std::string formatLog(const Options &Chosen, const std::vector<Injection> &Plan,
                      const LoopResult &Result,
                      const std::vector<Skipped> &Missing);

} // namespace inject
