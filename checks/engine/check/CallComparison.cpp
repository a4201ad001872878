//===- CallComparison.cpp - the calls that findings stand for --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/CallComparison.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

#include <string_view>

namespace nostall {

static std::string keyText(const Finding &F, Category Kind,
                           llvm::StringRef In, llvm::StringRef Function,
                           NameMap Name) {
  return fmt::format("{}|{}|{}|{}", F.Check, name(Kind), Name(In),
                     Name(Function));
}

std::string callKey(const Finding &F, NameMap Name) {
  return keyText(F, F.Kind, F.Sink.Function, F.SinkFunction, Name);
}

std::string callKey(const Finding &F, const FurtherCall &C, NameMap Name) {
  return keyText(F, C.Kind, C.At.Function, C.Function, Name);
}

CallComparison::CallComparison(llvm::ArrayRef<Finding> Base,
                               llvm::ArrayRef<Finding> Head,
                               llvm::ArrayRef<size_t> Partner,
                               const std::vector<bool> &Gone,
                               const FunctionRenames &Renames)
    : Gained(Head.size()), Lost(Head.size()), SinkGone(Base.size()),
      Base(Base), Head(Head), Partner(Partner), Gone(Gone), Renames(Renames) {
  count();
  for (size_t H = 0; H < Head.size(); ++H)
    if (Partner[H] != NoPartner)
      compare(Partner[H], H);
}

CallComparison::Calls CallComparison::callsOf(const Finding &F,
                                              NameMap Name) const {
  Calls Out;
  Out.emplace(callKey(F, Name),
              FurtherCall{F.Kind, F.Sink, F.SinkFunction, F.Fingerprint});
  for (const FurtherCall &C : F.Further)
    Out.emplace(callKey(F, C, Name), C);
  return Out;
}

void CallComparison::count() {
  auto InBase = [&](llvm::StringRef Name) { return Renames.inBase(Name); };
  for (const Finding &F : Base)
    for (const auto &[Key, Call] : callsOf(F, sameName))
      --Surplus[Key];
  for (const Finding &F : Head)
    for (const auto &[Key, Call] : callsOf(F, InBase))
      ++Surplus[Key];
  // Findings that came or went as a whole tell of their calls themselves.
  for (size_t H = 0; H < Head.size(); ++H)
    if (Partner[H] == NoPartner)
      for (const auto &[Key, Call] : callsOf(Head[H], InBase))
        if (int &N = Surplus[Key]; N > 0)
          --N;
  for (size_t B = 0; B < Base.size(); ++B)
    if (Gone[B])
      for (const auto &[Key, Call] : callsOf(Base[B], sameName))
        if (int &N = Surplus[Key]; N < 0)
          ++N;
}

/// A call that went out of a function that is gone, or came in one that is new,
/// only moved.
void CallComparison::cancelMoved(std::vector<FurtherCall> &Came,
                                 std::vector<FurtherCall> &Went) const {
  llvm::erase_if(Came, [&](const FurtherCall &New) {
    auto Old = llvm::find_if(Went, [&](const FurtherCall &C) {
      return C.Kind == New.Kind &&
             C.Function == Renames.inBase(New.Function) &&
             (Renames.isGone(C.At.Function) || Renames.isNew(New.At.Function));
    });
    if (Old == Went.end())
      return false;
    Went.erase(Old);
    return true;
  });
}

void CallComparison::compare(size_t B, size_t H) {
  Calls Before = callsOf(Base[B], sameName);
  Calls After = callsOf(
      Head[H], [&](llvm::StringRef Name) { return Renames.inBase(Name); });
  for (const auto &[Key, Call] : After)
    if (int &N = Surplus[Key]; !Before.count(Key) && N > 0) {
      --N;
      Gained[H].push_back(Call);
    }
  for (const auto &[Key, Call] : Before)
    if (int &N = Surplus[Key]; !After.count(Key) && N < 0) {
      ++N;
      Lost[H].push_back(Call);
    }
  cancelMoved(Gained[H], Lost[H]);
  // The sink of the base tells of itself, as a finding that is gone.
  auto Sink = llvm::find_if(Lost[H], [&](const FurtherCall &C) {
    return C.Fingerprint == Base[B].Fingerprint;
  });
  if (Sink != Lost[H].end()) {
    Lost[H].erase(Sink);
    SinkGone[B] = true;
  }
  // The head's is what its message says.
  llvm::erase_if(Gained[H], [&](const FurtherCall &C) {
    return C.Fingerprint == Head[H].Fingerprint;
  });
}

} // namespace nostall
