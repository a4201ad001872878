//===- HeldState.cpp - locks held at one place ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/HeldState.h"

namespace nostall {

/// Keeps what both ways know; whether that is less than before.
static bool intersect(BranchAnswers &Mine, const BranchAnswers &Other) {
  return std::erase_if(Mine, [&](const auto &Known) {
    auto It = Other.find(Known.first);
    return It == Other.end() || !(It->second == Known.second);
  });
}

bool HeldState::join(const HeldState &Other, bool First) {
  bool Changed = First;
  for (const auto &[Holder, Theirs] : Other.Held)
    for (const auto &[Acquire, Facts] : Theirs) {
      auto [It, New] = Held[Holder].try_emplace(Acquire, Facts);
      Changed |= New || intersect(It->second, Facts);
    }
  if (First)
    Known = Other.Known;
  else
    Changed |= intersect(Known, Other.Known);
  return Changed;
}

void HeldState::tell(const BranchQuestion &Asked, const BranchAnswer &Told) {
  Known[Asked] = Told;
  for (auto &[Holder, Calls] : Held)
    std::erase_if(Calls, [&](const auto &Call) {
      auto It = Call.second.find(Asked);
      // A loop that comes back to its own branch may find another value there.
      return It != Call.second.end() && It->second.Block != Told.Block &&
             It->second.Yes != Told.Yes;
    });
  dropEmpty();
  for (auto &[Holder, Calls] : Held)
    for (auto &[Acquire, Facts] : Calls)
      Facts[Asked] = Told;
}

void HeldState::forget(LockObject Variable) {
  auto IsOld = [&](const auto &Answer) {
    return Answer.first.Variable == Variable;
  };
  std::erase_if(Known, IsOld);
  for (auto &[Holder, Calls] : Held)
    for (auto &[Acquire, Facts] : Calls)
      std::erase_if(Facts, IsOld);
}

void HeldState::swap(LockObject A, LockObject B) {
  auto OfA = Held.extract(A), OfB = Held.extract(B);
  if (OfA) {
    OfA.key() = B;
    Held.insert(std::move(OfA));
  }
  if (OfB) {
    OfB.key() = A;
    Held.insert(std::move(OfB));
  }
}

void HeldState::dropEmpty() {
  std::erase_if(Held, [](const auto &Holder) { return Holder.second.empty(); });
}

} // namespace nostall
