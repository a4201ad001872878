//===- Injection.h - one stall that is made on purpose ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An injection is a cause (what holds the thread up) at a site (the kind of
// code in which it happens) for a time. Causes and sites are tables, so that
// every cause meets every site.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "Clock.h"

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The frame must exist under its own name, whatever the optimizer thinks.
#define INJECT_FRAME [[gnu::noinline]]

namespace inject {

struct Injection;

/// What holds the thread up. The functions may be null, except for Stall.
struct Cause {
  std::string_view Name;
  std::string_view Function;   ///< Of Stall: innermost of our frames.
  std::string_view Expected;   ///< Cause that a report must name.
  std::string_view Also = {};  ///< Another name that the interface leaves open.
  std::string_view Owner = {}; ///< Function that holds what the loop waits for.

  /// Once, before the loop. Says why the cause cannot be made here, or "".
  std::string (*SetUp)() = nullptr;
  /// On the loop's thread, until the deadline: the stall.
  void (*Stall)(Injection &) = nullptr;
  /// On the helper's thread, from before the injection until after it. Must
  /// call Helper::ready once, then the loop goes on.
  void (*Assist)(Injection &) = nullptr;
  void (*TearDown)() = nullptr;
};

/// The kind of code in which the stall happens.
struct Site {
  std::string_view Name;
  std::string_view Function; ///< The name to find in the stack.
  /// All our functions of the site, from the inside out, with blanks between.
  std::string_view Chain;
  /// Comes to runMeasured by the site's way.
  void (*Enter)(Injection &);
};

struct Injection {
  uint64_t Id = 0;
  const Cause *What = nullptr;
  const Site *Where = nullptr;
  int64_t AskedNs = 0;
  /// The owner of a lock computes, rather than being blocked itself.
  bool OwnerComputes = false;

  int64_t DeadlineNs = 0; ///< Set when it starts.
  int64_t IterationStartNs = 0;
  int64_t IterationEndNs = 0;
  int64_t IterationRunDelayNs = -1;
  int64_t StartNs = 0;
  int64_t EndNs = 0;
  Usage Used = {};
  int LoopInterrupted = 0;   ///< EINTR that the loop's thread got.
  int HelperInterrupted = 0; ///< The same for the helper's.
  int Error = 0;             ///< errno of a call that should have worked.
};

const std::vector<Cause> &allCauses();
const std::vector<Site> &allSites();

/// Called by the sites: stalls, and measures it.
void runMeasured(Injection &I);

/// Behind a call: without it the call could become a jump, its frame be gone.
inline void keepFrame() { asm volatile("" : : : "memory"); }

/// Repeats \p Call while a signal interrupts it, counting; another error is
/// kept. Such a cause cannot end early, or the helper would be out of step.
template <typename CallT> long insist(Injection &I, const CallT &Call) {
  for (;;) {
    const long Result = Call();
    if (Result >= 0)
      return Result;
    if (errno != EINTR) {
      I.Error = errno;
      return Result;
    }
    ++I.LoopInterrupted;
  }
}

} // namespace inject
