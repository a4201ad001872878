//===- Fingerprints.cpp - what makes a finding the same ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Fingerprints.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <tuple>

namespace nostall {

/// What a person would call the same finding after moving lines about.
static std::string fingerprint(const Finding &F, unsigned Ordinal) {
  std::string Text = fmt::format("{}|{}|{}|{}|{}", F.Check, name(F.Kind),
                                 F.Sink.Function, F.SinkFunction, Ordinal);
  return "1:" + llvm::utohexstr(llvm::xxh3_64bits(Text), /*LowerCase=*/true,
                                /*Width=*/16);
}

/// Each once, and none that is called as the sink is.
static void tidyFurther(Finding &F) {
  auto Key = [](const FurtherCall &C) {
    return std::tie(C.At.Function, C.Function, C.Kind);
  };
  llvm::erase_if(F.Further, [&](const FurtherCall &C) {
    return Key(C) == std::tie(F.Sink.Function, F.SinkFunction, F.Kind);
  });
  // Of equal ones the first.
  llvm::sort(F.Further, [&](const FurtherCall &A, const FurtherCall &B) {
    if (Key(A) != Key(B))
      return Key(A) < Key(B);
    return std::tie(A.At.File, A.At.Line, A.At.Column) <
           std::tie(B.At.File, B.At.Line, B.At.Column);
  });
  F.Further.erase(std::unique(F.Further.begin(), F.Further.end(),
                              [&](const FurtherCall &A, const FurtherCall &B) {
                                return Key(A) == Key(B);
                              }),
                  F.Further.end());
}

void giveFingerprints(llvm::MutableArrayRef<Finding> Findings) {
  std::map<std::string, unsigned> Ordinals;
  auto Next = [&](const Finding &F) {
    return fingerprint(F, Ordinals[fingerprint(F, 0)]++);
  };
  // Findings are numbered before the calls that they stand for besides: these
  // change no other's fingerprint.
  for (Finding &F : Findings)
    F.Fingerprint = Next(F);
  for (Finding &F : Findings) {
    tidyFurther(F);
    for (FurtherCall &C : F.Further) {
      Finding Alone;
      Alone.Check = F.Check;
      Alone.Kind = C.Kind;
      Alone.Sink.Function = C.At.Function;
      Alone.SinkFunction = C.Function;
      C.Fingerprint = Next(Alone);
    }
  }
}

} // namespace nostall
