//===- DirectCalls.cpp - whom calls name ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/DirectCalls.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

bool isInvocation(const Program &P, const CallEdge &Call) {
  if (Call.Kind == CallKind::Indirect)
    return true;
  if (Call.Callee == NoIndex ||
      !(P.entity(Call.Callee).Flags & EF_CallOperator))
    return false;
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  return !Object.empty() && (P.typeTraits(Object.front().Type) & T_Callable);
}

llvm::SmallVector<FunctionIndex, 4>
namedTargets(const Program &P, FunctionIndex F, const CallEdge &Call) {
  llvm::SmallVector<FunctionIndex, 4> Found;
  if (Call.Callee == NoIndex)
    return Found;
  if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
    Found.push_back(Body);
  if (Call.Kind == CallKind::Virtual)
    for (EntityIndex Overrider : P.overriders(Call.Callee))
      if (FunctionIndex Body = P.body(Overrider, F);
          Body != NoIndex && !llvm::is_contained(Found, Body))
        Found.push_back(Body);
  return Found;
}

/// The receiver is of its static class or of one derived from it, which says
/// more than the class that declares the function.
static void dropUnrelated(const Program &P, const CallEdge &Call,
                          llvm::SmallVectorImpl<FunctionIndex> &Targets) {
  llvm::ArrayRef<Value> Receiver = P.argument(Call, 0);
  if (Receiver.size() != 1 || !Receiver[0].Type || Targets.size() < 2)
    return;
  llvm::StringRef Static = P.string(Receiver[0].Type);
  auto IsRelated = [&](FunctionIndex Target) {
    llvm::StringRef Class = P.nameOf(P.function(Target)).rsplit("::").first;
    // Nothing is known of a class that is not in the table.
    return !P.hasBases(Class) || P.derivesFrom(Class, Static) ||
           P.derivesFrom(Receiver[0].Type, Class);
  };
  llvm::erase_if(Targets, [&](FunctionIndex T) { return !IsRelated(T); });
}

static void addEdgeTo(const Program &P, FunctionIndex F, uint32_t CallIndex,
                      FunctionIndex Target, bool IsOnly,
                      CallGraphBuilder &Graph) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (P.isCoroutine(Target)) {
    // The call makes a task; it runs where the task goes. An eager one starts
    // here, and one whose task is thrown away must have.
    if (!(P.function(Target).Flags & FF_Eager) && !(Call.Flags & CF_Discarded))
      return;
    Graph.seeStart(Target);
    Graph.addEdge(
        {F, CallIndex, Target, NoIndex, EdgeKind::Started, Confidence::High});
    return;
  }
  bool Dispatched = Call.Kind == CallKind::Virtual;
  Confidence Sure =
      Dispatched && !IsOnly ? Confidence::Medium : Confidence::High;
  // Whether the last owner lets go here, nothing shows.
  if ((Call.Flags & CF_IfDestroys) && P.latentConfidence(Call) == 1)
    Sure = Confidence::Low;
  Graph.addEdge({F, CallIndex, Target, NoIndex,
                 Dispatched ? EdgeKind::Virtual : EdgeKind::Call, Sure});
}

static void addCall(const Program &P, FunctionIndex F, uint32_t CallIndex,
                    CallGraphBuilder &Graph) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (!P.isActive(Call))
    return;
  bool Mine = !(P.function(F).Flags & FF_External);
  if (Mine)
    Graph.countCall();
  if (Call.Callee == NoIndex || isInvocation(P, Call))
    return;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  bool IsVirtual = Call.Kind == CallKind::Virtual;
  // The knowledge replaces the body, but a virtual function of a library is
  // overridden by the program.
  if (K && K->replacesBody() && !IsVirtual)
    return;
  llvm::SmallVector<FunctionIndex, 4> Targets = namedTargets(P, F, Call);
  if (IsVirtual)
    dropUnrelated(P, Call, Targets);
  if (Targets.empty() && Mine && !K &&
      !(P.entity(Call.Callee).Flags & EF_Pruned))
    Graph.loseCall({F, CallIndex, /*IsUnknownFunction=*/!IsVirtual});
  for (FunctionIndex Target : Targets)
    addEdgeTo(P, F, CallIndex, Target, Targets.size() == 1, Graph);
}

void addDirectCalls(const Program &P, CallGraphBuilder &Graph) {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I)
      addCall(P, F, Fn.FirstCall + I, Graph);
  }
}

} // namespace nostall
