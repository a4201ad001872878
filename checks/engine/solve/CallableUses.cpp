//===- CallableUses.cpp - what is done with callables -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CallableUses.h"

#include "engine/solve/DirectCalls.h"

namespace nostall {

static uint64_t paramKey(FunctionIndex F, unsigned Param) {
  return uint64_t(F) << 16 | Param;
}

llvm::ArrayRef<CallableUse> CallableUses::ofParam(FunctionIndex F,
                                                  unsigned Param) const {
  auto It = OfParam.find(paramKey(F, Param));
  return It == OfParam.end() ? llvm::ArrayRef<CallableUse>()
                             : llvm::ArrayRef(It->second);
}

void CallableUses::add(FunctionIndex F, const OriginList &Used,
                       const CallableUse &U) {
  for (const Origin &O : Used) {
    if (O.Kind == OriginKind::Param)
      OfParam[paramKey(F, O.Data)].push_back(U);
    else if (O.Kind == OriginKind::Slot)
      OfSlot[O.Data].push_back(U);
  }
}

void CallableUses::addCalls(const ValueFlow &Values, FunctionIndex F) {
  const Program &P = Values.program();
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (!P.isActive(Call))
      continue;
    if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield) {
      add(F, Values.argument(F, Call, 0),
          {CallableUse::Awaited, F, CallIndex, 0, Call.Loc});
      continue;
    }
    if (isInvocation(P, Call))
      add(F, Values.argument(F, Call, 0),
          {CallableUse::Invoked, F, CallIndex, 0, Call.Loc});
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      add(F, Values.argument(F, Call, Arg),
          {CallableUse::Argument, F, CallIndex, Arg, Call.Loc});
  }
}

/// The ways from parameters and other slots into the slot \p To.
void CallableUses::addMoves(const ValueFlow &Values, SlotIndex To) {
  for (const ValueSource &Source : Values.slotSources(To)) {
    OriginList Moved = Values.resolve(Source.In, Values.values(Source));
    llvm::erase_if(Moved, [&](const Origin &O) {
      return O.Kind == OriginKind::Slot && O.Data == To;
    });
    add(Source.In, Moved, {CallableUse::Stored, Source.In, To, 0, Source.Loc});
  }
}

CallableUses::CallableUses(const ValueFlow &Values) {
  const Program &P = Values.program();
  OfSlot.resize(P.summary().Slots.size());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    addCalls(Values, F);
  for (SlotIndex Slot = 0; Slot < OfSlot.size(); ++Slot)
    addMoves(Values, Slot);
}

} // namespace nostall
