//===- signals/blocking_calls.h - calls that a signal may end ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The calls of `interrupted`, each with what it needs. Those without a timeout
// have a release, which another thread calls if the signal did not end them.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "self.h"
#include "stall.h"

#include <array>

struct BlockingCall {
  const char *Name;
  void (*Prepare)();
  long (*Block)();
  void (*Release)(); ///< Null: the call ends by its timeout.
};

/// How long the calls with a timeout are asked to wait.
constexpr int AskedMs = 400;
constexpr int64_t AskedNs = AskedMs * 1000000;

/// Shared by the calls, as only one is used at a time.
struct CallState {
  int In = -1, Out = -1, Other = -1;
  pid_t Child = -1;
  int64_t Left = -1; ///< The remaining time that the call told, or -1.
  FILE *Stream = nullptr;
};
inline CallState Of;

inline void nothing() {}

inline void releaseByByte() { INSIST(write(Of.Out, "x", 1) == 1); }

inline struct timespec inFuture(clockid_t Clock) {
  return fromNs(nowNs(Clock) + AskedNs);
}

inline void closeCall() {
  for (int Number : std::array{Of.In, Of.Out, Of.Other})
    if (Number >= 0)
      close(Number);
  if (Of.Stream)
    fclose(Of.Stream);
  Of = CallState();
}
