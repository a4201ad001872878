//===- CallableUses.h - what is done with callables -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What functions do with their parameters, and with what stands in slots, that
// matters if it is a callable or a coroutine's task: call it, await it, hand it
// on, or put it into a slot. Whoever follows a callable looks here where it
// goes next.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace nostall {

struct CallableUse {
  enum Kind : uint8_t { Argument, Invoked, Awaited, Stored } What;
  FunctionIndex In;
  /// Into LUSummary::Calls; with Stored the SlotIndex.
  uint32_t Call;
  unsigned Arg; ///< With Argument: which, 0 being the object argument.
  Location Where;
};

class CallableUses {
public:
  explicit CallableUses(const ValueFlow &Values);

  llvm::ArrayRef<CallableUse> ofParam(FunctionIndex F, unsigned Param) const;
  llvm::ArrayRef<CallableUse> ofSlot(SlotIndex Slot) const {
    return OfSlot[Slot];
  }

private:
  void addCalls(const ValueFlow &Values, FunctionIndex F);
  void addMoves(const ValueFlow &Values, SlotIndex To);
  void add(FunctionIndex F, const OriginList &Used, const CallableUse &U);

  llvm::DenseMap<uint64_t, std::vector<CallableUse>>
      OfParam; ///< By paramKey().
  std::vector<std::vector<CallableUse>> OfSlot;
};

} // namespace nostall
