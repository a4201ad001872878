//===- Manual.cpp - loops that tell of themselves ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The probe's side of api/nostall_probe.h.
//
//===----------------------------------------------------------------------===//

#include "probe/Probe.h"

namespace nostall::probe {
void adoptManual(wire::Slot *S); // LoopWaits.cpp
} // namespace nostall::probe

using namespace nostall;
using namespace nostall::probe;

static void setName(wire::Slot *S, const char *Name) {
  size_t I = 0;
  for (; Name && Name[I] && I + 1 < sizeof(S->LoopName); ++I)
    S->LoopName[I] = Name[I];
  S->LoopName[I] = 0;
}

NOSTALL_EXPORT void nostall_probe_loop_enter(const char *Name) {
  ThreadState &T = Thread;
  if (!needSession() || !isOwnProcess() || T.Loop.Kind != wire::WaitKind::None)
    return;
  LoopIdentity Manual = {wire::WaitKind::Manual, 0};
  auto Sp = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  if (!T.Slot)
    T.Slot = claimSlot(Manual, Sp);
  if (T.Slot) {
    setName(T.Slot, Name);
    adoptManual(T.Slot);
  }
}

NOSTALL_EXPORT void nostall_probe_loop_leave() {
  ThreadState &T = Thread;
  if (T.Loop.Kind != wire::WaitKind::Manual)
    return;
  if (T.Active && isOwnProcess())
    endIteration(T.Active);
  T.Loop = LoopIdentity{};
  T.ManualDepth = 0;
}

NOSTALL_EXPORT void nostall_probe_task_begin(const char *Name) {
  ThreadState &T = Thread;
  if (!T.Slot || !isOwnProcess())
    return;
  if (T.Loop.Kind == wire::WaitKind::Manual && T.ManualDepth++ == 0)
    beginIteration(T.Slot, -1, -1);
  T.Slot->TaskName.store(Name, std::memory_order_relaxed);
}

NOSTALL_EXPORT void nostall_probe_task_end() {
  ThreadState &T = Thread;
  if (!T.Slot || !isOwnProcess())
    return;
  if (T.Loop.Kind == wire::WaitKind::Manual && T.ManualDepth &&
      --T.ManualDepth == 0 && T.Active)
    endIteration(T.Active);
  T.Slot->TaskName.store(nullptr, std::memory_order_relaxed);
}
