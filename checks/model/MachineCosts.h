//===- MachineCosts.h - what work costs on one machine ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `nostall calibrate` measured. Without it, estimates are those of the
// reference machine. Plain values.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace nostall {

/// Of one kind of call, in nanoseconds.
struct MeasuredCost {
  uint64_t Median = 0;
  uint64_t Worst = 0;
};

struct MachineCosts {
  std::string Machine; ///< "Intel(R) Xeon(R) ...", empty for the reference.
  /// How much slower computation is than on the reference machine.
  double Slowness = 1;
  /// By the knowledge's name for it: "fsync", "dns-failure".
  std::map<std::string, MeasuredCost> Calls;
};

} // namespace nostall
