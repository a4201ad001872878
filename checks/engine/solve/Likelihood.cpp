//===- Likelihood.cpp - how likely a way is ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Likelihood.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace nostall {

uint32_t Likelihood::costOf(FunctionIndex F, uint32_t Call) const {
  constexpr uint32_t PerCall = 2, PerBranch = 1, MaxBranches = 12, Fatal = 48;
  const std::vector<CallDecisions> &Calls = Branches.beforeCalls(F);
  if (Calls.empty())
    return PerCall;
  const CallDecisions &D = Calls[Call];
  return PerCall + PerBranch * std::min<uint32_t>(D.Branches, MaxBranches) +
         (D.Fatal ? Fatal : 0);
}

uint32_t Likelihood::costOf(const Edge &E) const {
  uint32_t Cost = costOf(E.Caller, E.Call - P.function(E.Caller).FirstCall);
  // One of many: the logarithm of how many.
  if (E.Kind == EdgeKind::Virtual || E.Kind == EdgeKind::Stored)
    Cost += llvm::Log2_64_Ceil(std::max<size_t>(numTargets(E), 1));
  return Cost;
}

static bool isSameCall(const Edge &A, const Edge &B) {
  return A.Call == B.Call && A.Kind == B.Kind;
}

/// How many targets the call has, in the way that \p E has its own.
size_t Likelihood::numTargets(const Edge &E) const {
  return llvm::count_if(Graph.callees(E.Caller), [&](const Edge &Other) {
    return isSameCall(E, Other);
  });
}

/// An object that posts its own handlers, of which \p Object is one, goes on
/// with itself, not with another class's implementation of the same interface.
bool Likelihood::isOthersImplementation(const Edge &E,
                                        const Root &Object) const {
  for (const Edge &Other : Graph.callees(E.Caller)) {
    if (!isSameCall(E, Other) || Other.Callee == E.Callee)
      continue;
    llvm::StringRef Own = P.nameOf(P.function(Other.Callee)).rsplit("::").first;
    auto IsOf = [&](FunctionIndex F) {
      llvm::StringRef Name = P.nameOf(P.function(F));
      return Name.consume_front(Own) && Name.starts_with("::");
    };
    if (IsOf(Object.Function) && !IsOf(E.Caller) && !IsOf(E.Callee))
      return true;
  }
  return false;
}

bool Likelihood::isUnlikelyTarget(const Edge &E, const Root &From,
                                  const Ways &Known) const {
  if ((E.Kind != EdgeKind::Virtual && E.Kind != EdgeKind::Stored) ||
      numTargets(E) < 2)
    return false;
  // The program's own std::function: its member stands for all that any of its
  // objects holds.
  if (E.Kind == EdgeKind::Stored && !(P.function(E.Caller).Flags & FF_Lambda) &&
      (P.entityOf(E.Caller).Flags & EF_CallOperator))
    return true;
  // Members that hold many callables, on the way here.
  unsigned Stored = 1;
  constexpr unsigned MaxRoots = 8;
  const Root *R = &From;
  for (unsigned N = 0; N < MaxRoots; ++N) {
    if (E.Kind == EdgeKind::Virtual && isOthersImplementation(E, *R))
      return true;
    if (R->Dispatch == NoIndex)
      break;
    const Edge &By = Graph.edges()[R->Dispatch];
    const Root &Parent = Known.roots()[Known.at(R->Parent).Root];
    Stored += By.Kind == EdgeKind::Stored && numTargets(By) > 1;
    // The dispatch from the loop itself runs all of them.
    if (Parent.Kind == RootKind::Loop)
      Stored = Stored ? Stored - 1 : 0;
    R = &Parent;
  }
  // One reached through another: which of their callables meet, nothing shows.
  return Stored >= 2 && E.Kind == EdgeKind::Stored;
}

} // namespace nostall
