//===- Collapsed.cpp - stalls for flame graphs ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Formats.h"

#include "reporter/StackShape.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>

namespace nostall::report {
namespace {

/// A semicolon ends a frame, so a frame has none.
std::string word(std::string Text) {
  std::replace(Text.begin(), Text.end(), ';', ':');
  return Text;
}

void add(const std::vector<Signature> &Kinds, const char *Below,
         std::map<std::string, uint64_t> &Lines) {
  for (const Signature &S : Kinds) {
    std::string Way;
    for (const Frame &F : llvm::reverse(placeOf(S.Frames, S.Cause)))
      Way += ";" + word(frameName(F));
    if (S.Frames.empty())
      Way = ";[no stack: " + word(S.Cause) + "]";
    if (!S.Call.empty())
      Way += ";" + word(S.Call);
    for (const ThreadShare &T : S.Threads)
      Lines[word(T.Thread) + Below + Way] += T.TotalNs;
  }
}

} // namespace

void renderCollapsed(const StallReport &Report, llvm::raw_ostream &OS) {
  std::map<std::string, uint64_t> Lines;
  add(Report.Signatures, "", Lines);
  add(Report.Unfinished, ";[unfinished]", Lines);
  for (const auto &[Way, TotalNs] : Lines)
    OS << Way << ' ' << (TotalNs + 500) / 1000 << '\n';
}

} // namespace nostall::report
