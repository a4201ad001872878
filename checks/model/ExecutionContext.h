//===- ExecutionContext.h - where code runs ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string_view>

namespace nostall {

/// A set: a function may run in several. The empty set means that nothing is
/// known.
enum ExecutionContext : uint8_t {
  EC_Unknown = 0,
  EC_EventLoop = 1u << 0,
  EC_Worker = 1u << 1, ///< A thread that no loop runs on.
  EC_Main = 1u << 2,   ///< The main thread, before or after the loop.
  EC_Child = 1u << 3,  ///< A forked child.
  EC_HoldsGIL = 1u << 4, ///< With Python's GIL, which other threads wait for.
};

/// Why a function is taken to run on the loop, or with the GIL.
enum class RootKind : uint8_t {
  Coroutine,
  Callback,  ///< Given to a library that runs it on the loop.
  Override,  ///< Of a virtual function that a library calls on the loop.
  Loop,      ///< The body of a hand-written loop.
  Awaiter,   ///< await_ready, await_suspend or await_resume.
  Annotated, ///< By attribute or by the user's knowledge file.
  HoldsGIL,  ///< Entered with Python's GIL held, or takes it.
};

std::string_view name(RootKind K);

} // namespace nostall
