//===- Amounts.cpp - amounts in words ---------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "model/Amounts.h"

#include <cstdio>

namespace nostall {

std::string durationText(uint64_t Nanoseconds) {
  double Value = double(Nanoseconds);
  struct Unit {
    const char *Name;
    double Size;
    double End; ///< From here on the next unit; 999.6 ms would show as 1e+03.
  };
  char Text[32];
  for (Unit U : {Unit{"ns", 1, 999.5},
                 {"us", 1e3, 999.5},
                 {"ms", 1e6, 999.5},
                 {"s", 1e9, 600},
                 {"min", 60e9, 600}})
    if (Value / U.Size < U.End) {
      std::snprintf(Text, sizeof(Text), "%.3g %s", Value / U.Size, U.Name);
      return Text;
    }
  std::snprintf(Text, sizeof(Text), "%.0f h", Value / 3600e9);
  return Text;
}

/// \p Number with all but its first two digits zero.
static uint64_t twoDigits(uint64_t Number) {
  uint64_t Unit = 1;
  while (Number / Unit >= 100)
    Unit *= 10;
  // Half up; at the very top there is nothing above.
  uint64_t Digits = Number / Unit + (Number % Unit >= Unit - Unit / 2 && Unit > 1);
  return Digits > UINT64_MAX / Unit ? Number : Digits * Unit;
}

std::string roughDurationText(uint64_t Nanoseconds) {
  return durationText(twoDigits(Nanoseconds));
}

std::string roughNumberText(uint64_t Number) {
  std::string Text = std::to_string(twoDigits(Number));
  for (size_t At = Text.size(); At > 3;) {
    At -= 3;
    Text.insert(At, ",");
  }
  return Text;
}

std::string countText(uint64_t Count, const std::string &One) {
  return std::to_string(Count) + " " + One + (Count == 1 ? "" : "s");
}

} // namespace nostall
