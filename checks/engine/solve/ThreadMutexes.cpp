//===- ThreadMutexes.cpp - classes that stop a thread -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ThreadMutexes.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

/// What C++ itself calls the members of a mutex that guards use ([thread.req]).
static constexpr llvm::StringLiteral LockMembers[] = {"::lock",
                                                      "::lock_shared"};

ThreadMutexes::ThreadMutexes(const ValueFlow &Values, const CallGraph &Graph,
                             const Effects &Found,
                             const std::vector<bool> &MayBlock)
    : P(Values.program()), MayBlock(MayBlock) {
  for (const EffectSite &Site : Found.sites())
    if (Site.What.Kind == Category::Lock && Site.Function &&
        Site.Function->Locks.empty())
      OtherLocks.insert(Site.In);

  auto AddClassOf = [&](EntityIndex E) {
    Classes.insert(P.nameOf(E).rsplit("::").first);
  };
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    llvm::StringRef Name = P.nameOf(P.function(F));
    if (llvm::none_of(
            LockMembers,
            [&](llvm::StringRef Member) { return Name.ends_with(Member); }) ||
        !(P.entityOf(F).Flags & EF_Member) || !waits(Graph, F, 0))
      continue;
    AddClassOf(P.function(F).Entity);
    for (EntityIndex Interface : P.overridden(P.function(F).Entity))
      AddClassOf(Interface);
  }
  for (const BaseClass &B : P.summary().BaseClasses)
    if (knownToLock(P.string(B.Base)))
      Classes.insert(P.string(B.Base));
}

/// By the knowledge about its lock().
bool ThreadMutexes::knownToLock(llvm::StringRef Class) const {
  return llvm::any_of(LockMembers, [&](llvm::StringRef Member) {
    const FunctionKnowledge *K =
        P.knowledge().function((Class + Member).str(), "()");
    return K && llvm::any_of(K->Locks, [](const LockRule &R) {
             return R.Operation == LockOperation::Acquire;
           });
  });
}

bool ThreadMutexes::contains(StringId Type) const {
  if (P.typeTraits(Type) & T_Mutex)
    return true;
  if (P.typeTraits(Type) & T_LockGuard) // It has a lock(), too.
    return false;
  return knownToLock(P.string(Type)) ||
         llvm::any_of(Classes.keys(), [&](llvm::StringRef Class) {
           return P.derivesFrom(Type, Class);
         });
}

/// Whether \p F, a lock() or what it calls, makes its thread wait: it blocks,
/// spins, or takes a mutex of threads and keeps it.
bool ThreadMutexes::waits(const CallGraph &Graph, FunctionIndex F,
                          unsigned Depth) const {
  // A lock() that gives something back gives what is to be awaited. It may
  // well take a mutex of threads meanwhile, or be a loop of atomics.
  if (P.isCoroutine(F) || llvm::any_of(P.flows(F), [](const Flow &Fl) {
        return Fl.Target == FlowTarget::Return;
      }))
    return false;
  if (MayBlock[F] || OtherLocks.contains(F) ||
      llvm::any_of(P.loops(F),
                   [](const Loop &L) { return L.Flags & LF_SpinsOnAtomic; }))
    return true;
  bool Takes = false, Returns = false;
  for (const CallEdge &Call : P.calls(F)) {
    llvm::ArrayRef<Value> Object = P.argument(Call, 0);
    uint32_t Traits = Object.empty() ? 0 : P.typeTraits(Object.front().Type);
    if (Call.Loop && (Traits & T_Atomic))
      return true;
    const FunctionKnowledge *K =
        Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
    if (!K || K->Locks.empty())
      continue;
    LockOperation Operation = K->Locks.front().Operation;
    // A guard gives back at the end what it took.
    if (Operation == LockOperation::Disown)
      Takes = true;
    else if (Traits & T_LockGuard)
      continue;
    else if (Operation == LockOperation::Acquire ||
             (Operation == LockOperation::TryAcquire && Call.Loop))
      Takes = true;
    else if (Operation == LockOperation::Release)
      Returns = true;
  }
  if (Takes && !Returns)
    return true;
  constexpr unsigned MaxDepth = 4;
  return Depth < MaxDepth && llvm::any_of(Graph.callees(F), [&](const Edge &E) {
           return (E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual) &&
                  waits(Graph, E.Callee, Depth + 1);
         });
}

} // namespace nostall
