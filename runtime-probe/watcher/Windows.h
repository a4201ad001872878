//===- Windows.h - a loop's work over time ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nostall {

/// What a loop did in windows of equal width, for a timeline. Of bounded size:
/// when there are too many, they become twice as wide.
class Windows {
public:
  struct Window {
    uint64_t BusyNs = 0, Iterations = 0;
    uint64_t MaxNs = 0; ///< Longest iteration that ended in it.
  };
  static constexpr size_t MaxWindows = 2048;

private:
  uint64_t StartNs, WidthNs;
  uint64_t LastBusyNs = 0, LastIterations = 0;
  /// Read after a window's end, of which it would have more than its width.
  uint64_t CarriedNs = 0;
  std::vector<Window> Done;

  void append(const Window &W);

public:
  /// \p StartNs: CLOCK_MONOTONIC.
  explicit Windows(uint64_t StartNs, uint64_t WidthNs = 100'000'000)
      : StartNs(StartNs), WidthNs(WidthNs) {}

  /// Whether a window has ended, and add() is to be called.
  bool isDue(uint64_t NowNs) const {
    return NowNs >= StartNs + (Done.size() + 1) * WidthNs;
  }
  /// To be called when it is due. \p BusyNs and \p Iterations count from the loop's start, an iteration that
  /// is under way included; \p MaxNs from the last call. What is new belongs to
  /// the first window that has ended since the last call: between two calls that
  /// are further apart the loop was idle, or it would have been looked at.
  void add(uint64_t NowNs, uint64_t BusyNs, uint64_t Iterations,
           uint64_t MaxNs);
  /// The same at the loop's end, for the last window, which is shorter.
  void finish(uint64_t BusyNs, uint64_t Iterations, uint64_t MaxNs);

  uint64_t startNs() const { return StartNs; }
  uint64_t widthNs() const { return WidthNs; }
  const std::vector<Window> &windows() const { return Done; }
};

} // namespace nostall
