//===- FindingGroups.h - what is one finding --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Many ways lead to one blocking call, and many calls have one cause. A reader
// wants one finding for all of them: the surest, worst and nearest, which tells
// of the others.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include <string>
#include <vector>

namespace nostall {

/// What a check found, by itself.
struct FoundEntry {
  Finding F;
  /// Entries of one key are one finding; empty for none.
  std::string GroupKey;
  /// The way from any other of its roots.
  Trace WayElsewhere;
  /// Says more of its sink than other checks.
  bool Supersedes = false;
};

/// One finding per sink, then one per cause; in order of place.
std::vector<Finding> groupFindings(std::vector<FoundEntry> Entries);

} // namespace nostall
