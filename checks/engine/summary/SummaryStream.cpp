//===- SummaryStream.cpp - many summaries, read ahead -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryStream.h"

#include <algorithm>

namespace nostall {

/// How many are read while as many others are used: were a thread woken for
/// each, a busy machine would let it wait each time.
static constexpr size_t AtOnce = 16;

SummaryStream::SummaryStream(std::vector<std::string> Given)
    : Paths(std::move(Given)), Ring(std::min(2 * AtOnce, Paths.size())),
      Reader([this] { readAll(); }) {}

SummaryStream::~SummaryStream() {
  {
    std::lock_guard Lock(Mutex);
    IsStopped = true;
  }
  Changed.notify_all();
  Reader.join();
  for (Place &P : Ring)
    if (P.Problem)
      llvm::consumeError(std::move(*P.Problem));
}

void SummaryStream::readAll() {
  SummaryReader Files;
  for (size_t I = 0; I != Paths.size(); ++I) {
    {
      std::unique_lock Lock(Mutex);
      if (I - NumTaken == Ring.size())
        Changed.wait(Lock, [&] { return IsStopped || I - NumTaken <= AtOnce; });
      if (IsStopped)
        return;
    }
    Place &P = Ring[I % Ring.size()];
    if (llvm::Error E = Files.read(Paths[I], P.Summary))
      P.Problem.emplace(std::move(E));
    bool IsAwaited = false;
    {
      std::lock_guard Lock(Mutex);
      NumRead = I + 1;
      IsAwaited = hasEnough();
    }
    if (IsAwaited)
      Changed.notify_all();
  }
}

/// What next() waits for once there is nothing.
bool SummaryStream::hasEnough() const {
  return NumRead == Paths.size() || NumRead - NumTaken >= AtOnce;
}

llvm::Expected<const LUSummary *> SummaryStream::next() {
  std::unique_lock Lock(Mutex);
  if (IsHeld && NumRead - ++NumTaken == AtOnce)
    Changed.notify_all();
  IsHeld = NumTaken != Paths.size();
  if (!IsHeld)
    return nullptr;
  if (NumRead == NumTaken)
    Changed.wait(Lock, [&] { return hasEnough(); });
  Place &P = Ring[NumTaken % Ring.size()];
  if (!P.Problem)
    return &P.Summary;
  llvm::Error E = std::move(*P.Problem);
  P.Problem.reset();
  return std::move(E);
}

} // namespace nostall
