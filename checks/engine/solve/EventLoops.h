//===- EventLoops.h - loops that wait for events ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds hand-written event loops: a loop statement around epoll_wait, poll,
// select or io_uring_wait_cqe, directly or in a function that it calls, which
// does other work in its rounds. A retry of one poll on EINTR is none, nor is
// waiting for one descriptor.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"
#include "engine/solve/Decisions.h"

#include <set>
#include <vector>

namespace nostall {

struct EventLoop {
  FunctionIndex Function = NoIndex;
  uint16_t Loop = 0; ///< As CallEdge::Loop: local index + 1.
  uint32_t Wait = NoIndex; ///< The call in the loop that waits.
};

struct EventLoops {
  std::vector<EventLoop> Loops; ///< By function and loop.

  llvm::ArrayRef<EventLoop> of(FunctionIndex F) const;
  /// Whether \p Loop of \p F is one of them or nested in one.
  bool covers(const Program &P, FunctionIndex F, uint16_t Loop) const;

  /// The waits that these loops are made of, by call, and what they do where
  /// there is nothing to wait for: no stalls.
  std::set<uint32_t> Waits;
};

EventLoops findEventLoops(const ValueFlow &Values, const CallGraph &Graph,
                          const Decisions &Branches);

/// Whether \p Loop of \p F is \p Ancestor or nested in it.
bool isWithinLoop(const Program &P, FunctionIndex F, uint16_t Loop,
                  uint16_t Ancestor);

} // namespace nostall
