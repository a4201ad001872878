//===- NotPredicted.cpp - why no finding predicts a stall -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Join.h"
#include "reporter/StackShape.h"
#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

namespace nostall::report {
namespace {

/// Those of one function; they are sorted by it first.
llvm::ArrayRef<BlindSpot> blindIn(const std::string &Function,
                                  const AnalysisScope &Scope) {
  struct ByFunction {
    bool operator()(const BlindSpot &A, const std::string &B) const {
      return A.Function < B;
    }
    bool operator()(const std::string &A, const BlindSpot &B) const {
      return A < B.Function;
    }
  };
  auto [First, Last] = std::equal_range(Scope.Blind.begin(), Scope.Blind.end(),
                                        Function, ByFunction());
  return llvm::ArrayRef(Scope.Blind)
      .slice(static_cast<size_t>(First - Scope.Blind.begin()),
             static_cast<size_t>(Last - First));
}

/// The call in this frame that the analysis does not see through, or null. One
/// line may have several calls: the one that was made is on the stack.
const BlindSpot *blindSpot(const Frame &F, const Signature &S,
                           const AnalysisScope &Scope) {
  llvm::ArrayRef<Frame> Inner(S.Frames.data(), &F);
  for (const BlindSpot &B : blindIn(F.Function, Scope)) {
    if (B.Line != F.Line || !sameFile(B.File, F.File))
      continue;
    if (B.Kind == BlindKind::UnresolvedCall ||
        // Or has no frame, since its last call was a jump.
        (Inner.empty() && !S.Call.empty()) ||
        llvm::any_of(Inner, [&](const Frame &Callee) {
          return Callee.Function == B.Callee;
        }))
      return &B;
  }
  return nullptr;
}

std::string callee(const BlindSpot &B) {
  return B.Callee.empty() ? "it calls" : "'" + B.Callee + "'";
}

NotPredicted ofBlindSpot(const BlindSpot &B, const Frame &F, int32_t Index) {
  std::string Where = fmt::format("{}:{}", F.File, F.Line);
  switch (B.Kind) {
  case BlindKind::UnresolvedCall:
    return {"unresolved-call",
            fmt::format("{}: which function is called there is not known to "
                        "the analysis",
                        Where),
            Index};
  case BlindKind::UnknownFunction:
    return {"unknown-function",
            fmt::format("{}: of {} neither the body nor anything else is known "
                        "to the analysis; 'nostall learn' writes a first entry "
                        "for it",
                        Where, callee(B)),
            Index};
  case BlindKind::UndecidedValue:
    return {"undecided-value",
            fmt::format("{}: whether {} blocks depends on a value that nothing "
                        "shows",
                        Where, callee(B)),
            Index};
  }
  return {};
}

} // namespace

NotPredicted whyNotPredicted(const Signature &S, const AnalysisScope &Scope,
                             const FileSet &Analysed) {
  if (S.Frames.empty())
    return {"no-stack", "no stack was taken", -1};
  if (Analysed.empty())
    return {"other", "no finding is there; what the analysis covered is not in "
                     "the findings file",
            -1};
  auto First = llvm::find_if(
      S.Frames, [&](const Frame &F) { return Analysed.contains(F.File); });
  if (First == S.Frames.end())
    return {"outside-analysis",
            fmt::format("no function of its stack was analysed: {}",
                        frameName(S.Frames.front())),
            0};
  // The nearest gap on the way counts: below it nothing was followed.
  for (auto It = First; It != S.Frames.end(); ++It)
    if (Analysed.contains(It->File))
      if (const BlindSpot *B = blindSpot(*It, S, Scope))
        return ofBlindSpot(*B, *It,
                           static_cast<int32_t>(It - S.Frames.begin()));
  auto Index = static_cast<int32_t>(First - S.Frames.begin());
  auto IsOnLoop = [&](const Frame &F) {
    return llvm::binary_search(Scope.Functions, F.Function);
  };
  if (!IsOnLoop(*First))
    return {"not-on-loop",
            fmt::format("the analysis does not know that '{}' runs on an event "
                        "loop",
                        frameName(*First)),
            Index};
  if (isComputing(S.Cause))
    return {"below-threshold",
            fmt::format("'{}' computes, and the analysis knows no reason why "
                        "that should take long",
                        frameName(*First)),
            Index};
  if (Index > 0)
    return {"unknown-function",
            fmt::format("{}:{}: that '{}' may block is not known to the "
                        "analysis",
                        First->File, First->Line,
                        frameName(S.Frames[static_cast<size_t>(Index) - 1])),
            Index};
  return {"not-reported",
          fmt::format("{}:{}: no finding is reported for {} there; it may be "
                      "suppressed, or of lower tier or confidence than asked "
                      "for",
                      First->File, First->Line,
                      S.Call.empty() ? "what blocks" : "'" + S.Call + "'"),
          Index};
}

} // namespace nostall::report
