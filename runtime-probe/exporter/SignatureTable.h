//===- SignatureTable.h - the kinds of stalls that are shown ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A time series per kind of stall would have no bound. The kinds that took most
// time have one of their own, the rest is one sum. Counters must not fall: a
// kind that comes to the top brings all that it ever had; the sum keeps what it
// was given while that kind had none.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace nostall::exporter {

/// A kind of stall, as labels.
struct SignatureLabels {
  std::string Id;       ///< 16 hexadecimal digits: docs/formats.md.
  std::string Function; ///< The program's innermost one; may be empty.
  std::string Cause;
};

class SignatureTable {
public:
  struct Amount {
    uint64_t Count = 0, Ns = 0;
  };
  struct Kind {
    SignatureLabels Labels;
    Amount All;
    Amount Elsewhere; ///< Of it, in the sum of the rest, or given up.
    bool IsShown = false;
    std::set<uint32_t> Traces; ///< That have such stalls.
  };

  explicit SignatureTable(size_t MaxShown);

  void add(const SignatureLabels &Labels, Amount More, uint32_t Trace);
  /// Decides which are shown. To be called before each look at them.
  void rank();
  /// Kinds that only this trace had are forgotten.
  void drop(uint32_t Trace);

  /// By id.
  std::vector<const Kind *> shown() const;
  Amount rest() const { return Rest; }

private:
  void forgetSmall();
  void addToRest(Kind &K);

  size_t MaxShown, MaxKinds;
  std::unordered_map<std::string, Kind> Kinds; ///< By id.
  Amount Rest;
};

} // namespace nostall::exporter
