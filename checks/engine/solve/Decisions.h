//===- Decisions.h - what must come together for a call ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many branches of a function must go one way for a call to be made. Of
// two ways to a blocking call, the one with fewer such decisions is the one
// that a reader believes; a call on the way out of the program (after which
// control never gets to the function's end) is the one that hardly ever runs.
//
// A branch counts when the call depends on it, directly or through other
// branches (ControlDependence.h), along the way that crosses the fewest.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Program.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace nostall {

struct CallDecisions {
  uint16_t Branches = 0;
  /// Control does not come back from here.
  bool Fatal = false;
};

class Decisions {
public:
  explicit Decisions(const Program &P);

  /// For each call of \p F, by local index. Empty when the function has no
  /// branches. Computed when first asked for.
  const std::vector<CallDecisions> &beforeCalls(FunctionIndex F) const;
  /// Whether every way through \p F ends the program: the program's own
  /// fatal(), declared or not.
  bool neverReturns(FunctionIndex F) const { return NeverReturn[F]; }

private:
  bool endsProgram(FunctionIndex F) const;
  /// Whether control does not come back from the call.
  bool endsAt(FunctionIndex F, uint32_t Call) const;

  friend class DecisionCounter;
  const Program &P;
  llvm::BitVector NeverReturn;
  mutable llvm::DenseMap<FunctionIndex, std::vector<CallDecisions>> Cache;
};

} // namespace nostall
