//===- FramelessLibrary.cpp - a library without frame pointers --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Built with -fomit-frame-pointer and without debug information, as most
// libraries of a distribution are: only .eh_frame tells where the frames are.
//
//===----------------------------------------------------------------------===//

#include "FramelessLibrary.h"

#include <cstdint>

namespace {

/// Keeps many values over the call, so that all saved registers are in use,
/// the frame pointer as an ordinary one too.
[[gnu::noinline]] uint64_t walk(void (*Callback)(void *), void *Argument,
                                const volatile uint64_t *Values) {
  const uint64_t A = Values[0], B = Values[1], C = Values[2], D = Values[3];
  const uint64_t E = Values[4], F = Values[5], G = Values[6], H = Values[7];
  Callback(Argument);
  return (A + B) * (C + D) * (E + F) * (G + H);
}

volatile uint64_t Sink = 0;

} // namespace

extern "C" void frameless_visit(void (*Callback)(void *), void *Argument) {
  volatile uint64_t Values[8];
  for (uint64_t At = 0; At < 8; ++At)
    Values[At] = At;
  Sink = walk(Callback, Argument, Values);
}
