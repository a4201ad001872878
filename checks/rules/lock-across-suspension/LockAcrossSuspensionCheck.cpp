//===- LockAcrossSuspensionCheck.cpp ----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/lock-across-suspension/LockAcrossSuspensionCheck.h"

#include "engine/check/FindingSink.h"

#include <fmt/format.h>

namespace nostall {

static constexpr CheckDescriptor Descriptor = {
    "nostall-lock-across-suspension",
    "finds coroutines that suspend while they hold a lock of the thread",
    /*OnByDefault=*/true,
    {}};

LockAcrossSuspensionCheck::LockAcrossSuspensionCheck() : Check(Descriptor) {}

void LockAcrossSuspensionCheck::run(const Solution &S, FindingSink &Sink) {
  for (const HeldSuspension &Held : S.Held.suspensions()) {
    // A coroutine that only ever runs on a worker suspends there as well: the
    // lock is kept all the same, but no loop waits for it.
    if (!S.Where.isOnLoop(Held.In))
      continue;
    const FunctionSummary &Fn = S.P.function(Held.In);
    const CallEdge &Acquire = S.P.summary().Calls[Held.Acquire];
    const CallEdge &Await = S.P.summary().Calls[Held.Suspension];
    bool Yield = Await.Kind == CallKind::Yield;
    Report R;
    R.In = Held.In;
    R.Call = Held.Suspension - Fn.FirstCall;
    R.Where = Await.Loc;
    R.What = {Category::Lock, Tier::Likely};
    R.SinkFunction = Yield ? "co_yield" : "co_await";
    R.SinkIn = Held.In;
    R.SinkAt = Await.Loc;
    R.Message = fmt::format(
        "the coroutine suspends at this {} while it holds a lock: whoever "
        "waits for it stalls until the coroutine is resumed",
        R.SinkFunction);
    R.MessageFromCaller = R.Message;
    R.SinkNote = "suspends here";
    R.Extra.push_back({Sink.place(Held.In, Acquire.Loc),
                       fmt::format("the lock is taken here by '{}'",
                                   S.P.nameOf(Acquire.Callee).str())});
    R.Suggestion =
        "release the lock before the suspension point, or use a mutex whose "
        "lock() is awaited";
    Sink.add(R);
  }
}

} // namespace nostall
