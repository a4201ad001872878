//===- Locks.cpp - what is held where ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Locks.h"

#include "engine/solve/Blockers.h"
#include "engine/solve/FlowFacts.h"
#include "engine/solve/HeldState.h"
#include "engine/solve/LockObjects.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <optional>
#include <set>

namespace nostall {
using ReleasedMutexes =
    llvm::DenseMap<FunctionIndex, llvm::SmallVector<SlotIndex, 2>>;

/// Analyses one function at a time; collects into Locks.
class LockAnalysis {
public:
  LockAnalysis(const ValueFlow &Values, Locks &Out,
               const Blockers &Slow, const ReleasedMutexes &Releases,
               const ThreadMutexes &Mutexes)
      : Values(Values), P(Values.program()), Out(Out), Slow(Slow),
        Releases(Releases), Objects(Values, Mutexes) {}
  void run(FunctionIndex F);

private:
  bool prepare();
  void transfer(HeldState &S, uint32_t Item, bool Record);
  void apply(HeldState &S, uint32_t Item, const LockRule &R);
  void takeOver(HeldState &S, uint32_t Item, const LockRule &R);
  void record(const HeldState &S, uint32_t Item);

  HeldState alongEdge(HeldState S, uint32_t Block, unsigned Successor);
  void dropFailedTries(HeldState &S, const FlowBlock &B, bool Taken);
  void dropUnowned(HeldState &S, const FlowBlock &B, bool Taken);
  void correlate(HeldState &S, uint32_t Block, bool Taken);

  const ValueFlow &Values;
  const Program &P;
  Locks &Out;
  const Blockers &Slow;
  const ReleasedMutexes &Releases;
  LockObjects Objects;

  FunctionIndex F = NoIndex;
};

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void LockAnalysis::transfer(HeldState &S, uint32_t Item, bool Record) {
  uint32_t CallIndex = P.function(F).FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Record)
    record(S, Item);
  if (std::optional<uint32_t> Variable = Objects.initialized(Item))
    S.forget({ValueKind::Local, *Variable});
  if (Call.Callee == NoIndex)
    return;
  if (P.entity(Call.Callee).Flags & EF_Destructor) {
    // Of a temporary that was moved into something else nothing is left.
    for (const Value &V : P.argument(Call, 0))
      S.Held.erase({V.Kind, V.Data});
    return;
  }
  if (const LockRule *R = Objects.rule(CallIndex))
    return apply(S, Item, *R);
  // A helper that unlocks what its caller has locked.
  if (FunctionIndex Body = P.body(Call.Callee, F); Body != NoIndex)
    if (auto It = Releases.find(Body); It != Releases.end())
      for (SlotIndex Mutex : It->second)
        S.Held.erase({ValueKind::Slot, static_cast<int64_t>(Mutex)});
  // `take(std::move(Lock))`: whoever takes it has it now.
  for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
    for (const Value &V : P.argument(Call, Arg))
      if (V.Kind == ValueKind::Result && Objects.isGuard(V) &&
          !P.knowledge(Call.Callee))
        if (std::optional<LockObject> Guard = Objects.named(V))
          S.Held.erase(*Guard);
}

void LockAnalysis::apply(HeldState &S, uint32_t Item, const LockRule &R) {
  uint32_t CallIndex = P.function(F).FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  switch (R.Operation) {
  case LockOperation::Acquire:
  case LockOperation::TryAcquire:
    if (Objects.stopsThreads(CallIndex))
      for (LockObject Holder : Objects.subjects(Call, R))
        S.Held[Holder] = Acquires{{CallIndex, S.Known}};
    break;
  case LockOperation::Guard:
  case LockOperation::TryGuard:
  case LockOperation::Defer:
    if (std::optional<LockObject> Guard = Objects.made(Item)) {
      if (R.Operation != LockOperation::Defer &&
          Objects.stopsThreads(CallIndex))
        S.Held[*Guard] = Acquires{{CallIndex, S.Known}};
      else
        S.Held.erase(*Guard);
    }
    break;
  case LockOperation::Release:
  case LockOperation::Disown: // Who unlocks the mutex then is not followed.
    for (LockObject Holder : Objects.subjects(Call, R))
      S.Held.erase(Holder);
    break;
  case LockOperation::Transfer:
    takeOver(S, Item, R);
    break;
  case LockOperation::Swap: {
    llvm::SmallVector<LockObject, 2> Pair = Objects.subjects(Call, R);
    if (std::optional<LockObject> Receiver = Objects.named(P.argument(Call, 0)))
      Pair.insert(Pair.begin(), *Receiver);
    if (Pair.size() == 2)
      S.swap(Pair[0], Pair[1]);
    break;
  }
  }
}

/// A guard takes over what another guard, or a locked mutex, holds.
void LockAnalysis::takeOver(HeldState &S, uint32_t Item, const LockRule &R) {
  uint32_t CallIndex = P.function(F).FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  bool Constructs = (P.entity(Call.Callee).Flags & EF_Constructor) ||
                    P.argument(Call, 0).empty();
  std::optional<LockObject> To =
      Constructs ? Objects.made(Item) : Objects.named(P.argument(Call, 0));
  Acquires Taken;
  for (unsigned Position : Objects.positions(Call, R)) {
    llvm::ArrayRef<Value> From = P.argument(Call, Position);
    std::optional<LockObject> Source = Objects.named(From);
    // `K = std::unique_lock(std::move(L))`: the temporary has it by now.
    if (!Constructs && From.size() == 1 &&
        S.Held.count({From.front().Kind, From.front().Data}))
      Source = {From.front().Kind, From.front().Data};
    if (!Source)
      continue;
    if (auto Node = S.Held.extract(*Source))
      Taken.merge(Node.mapped());
  }
  // Somebody else has locked what it adopts.
  if (Taken.empty() && Objects.adopts(Call, R))
    Taken[CallIndex] = S.Known;
  if (!To)
    return; // Moved out of sight.
  if (Taken.empty())
    S.Held.erase(*To);
  else
    S.Held[*To] = std::move(Taken);
}

void LockAnalysis::record(const HeldState &S, uint32_t Item) {
  if (S.Held.empty())
    return;
  uint32_t CallIndex = P.function(F).FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (P.isCoroutine(F) && llvm::any_of(S.Held, [](const auto &Entry) {
        return Entry.first.first != ValueKind::Result;
      }))
    Out.UnderLock.insert(CallIndex);
  // Where a coroutine starts and ends it suspends as well, but without its
  // variables; and a bare mutex that is still locked at its end is meant to be.
  bool Suspends =
      (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield) &&
      !(Call.Flags & CF_Implicit);
  if (!Suspends && !Slow.blocksAt(F, CallIndex))
    return;
  for (const auto &[Holder, Taken] : S.Held) {
    // A temporary is gone before anything else is done.
    if (Holder.first == ValueKind::Result)
      continue;
    // A condition variable gives the lock back while it waits.
    bool IsArgument = false;
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      IsArgument |= Objects.named(P.argument(Call, Arg)) == Holder;
    if (IsArgument && !Suspends)
      continue;
    for (const auto &[Acquire, Facts] : Taken) {
      if (Suspends)
        Out.Suspensions.push_back({F, Acquire, CallIndex});
      for (SlotIndex Mutex : Objects.mutexes(Acquire))
        if (Suspends || Slow.keepsAt(F, CallIndex, Mutex))
          Out.Slow.try_emplace(Mutex, SlowHolder{F, Acquire, CallIndex});
    }
  }
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

HeldState LockAnalysis::alongEdge(HeldState S, uint32_t Block,
                                  unsigned Successor) {
  const FlowBlock &B = P.blocks(F)[Block];
  if (B.ConditionValue == NoIndex || B.Op == ConditionOp::Switch)
    return S;
  bool Taken = Successor == 0;
  if (!S.Held.empty()) {
    dropFailedTries(S, B, Taken);
    dropUnowned(S, B, Taken);
  }
  correlate(S, Block, Taken);
  return S;
}

/// On the way where a try is seen to have failed, nothing is held by it.
void LockAnalysis::dropFailedTries(HeldState &S, const FlowBlock &B,
                                   bool Taken) {
  for (const Origin &O :
       Values.resolve(F, P.summary().Values[B.ConditionValue])) {
    if (O.Call == NoIndex)
      continue;
    const LockRule *R = Objects.rule(O.Call);
    if (!R)
      continue;
    bool Tries = R->Operation == LockOperation::TryAcquire ||
                 R->Operation == LockOperation::TryGuard;
    // pthread_mutex_lock() and its kin only fail when the program is wrong:
    // that branch is not looked at.
    bool Fails = (R->Operation == LockOperation::Acquire ||
                  R->Operation == LockOperation::Release) &&
                 R->Succeeds;
    if (!Tries && !Fails)
      continue;
    std::optional<bool> Succeeded =
        branchTells(R->Succeeds, B.Op, B.Operand, Taken);
    if (!Succeeded || *Succeeded)
      continue;
    if (Fails) {
      S.Held.clear();
      return;
    }
    for (auto &[Holder, Acquires] : S.Held)
      Acquires.erase(O.Call);
  }
  S.dropEmpty();
}

/// A guard that answers "no" or "none" to a question without arguments
/// (owns_lock, operator bool, mutex) holds nothing.
void LockAnalysis::dropUnowned(HeldState &S, const FlowBlock &B, bool Taken) {
  const Value &Tested = P.summary().Values[B.ConditionValue];
  if (Tested.Kind != ValueKind::Result)
    return;
  const CallEdge &Call = P.calls(F)[Tested.Data];
  llvm::ArrayRef<Value> Guard = P.argument(Call, 0);
  if (Call.Arity != 0 || Guard.size() != 1 || !Objects.isGuard(Guard.front()) ||
      Objects.rule(P.function(F).FirstCall + Tested.Data) ||
      branchTells(std::nullopt, B.Op, B.Operand, Taken) != false)
    return;
  if (std::optional<LockObject> Object = Objects.named(Guard))
    S.Held.erase(*Object);
}

/// Only variables that keep their values tell something: parameters, and locals
/// that are set once.
void LockAnalysis::correlate(HeldState &S, uint32_t Block, bool Taken) {
  const FlowBlock &B = P.blocks(F)[Block];
  const Value &Tested = P.summary().Values[B.ConditionValue];
  // A member that the function does not set is taken to stay what it is; over
  // a suspension anybody may set it.
  bool IsKept = Tested.Kind == ValueKind::Slot && !P.isCoroutine(F) &&
                llvm::none_of(P.flows(F), [&](const Flow &Put) {
                  return Put.Target == FlowTarget::Slot &&
                         Put.Index == Tested.Data;
                });
  if (Tested.Kind != ValueKind::Param && !IsKept &&
      !(Tested.Kind == ValueKind::Local &&
        Objects.isSetOnce(static_cast<uint32_t>(Tested.Data))))
    return;
  BranchQuestion Asked{{Tested.Kind, Tested.Data}, B.Operand};
  BranchAnswer Told{Taken, Block};
  if (B.Op == ConditionOp::True || B.Op == ConditionOp::NotEqual) {
    Told.Yes = !Taken;
    if (B.Op == ConditionOp::True)
      Asked.Number = 0;
  } else if (B.Op != ConditionOp::Equal) {
    return;
  }
  S.tell(Asked, Told);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// False when nothing in the function has to do with locks.
bool LockAnalysis::prepare() {
  const FunctionSummary &Fn = P.function(F);
  bool Relevant = false;
  for (uint32_t I = Fn.FirstCall; I < Fn.FirstCall + Fn.NumCalls; ++I)
    if (Objects.rule(I)) {
      Relevant = true;
      if (llvm::SmallVector<SlotIndex, 2> Mutexes = Objects.mutexes(I);
          !Mutexes.empty())
        Out.Mutexes[I] = Mutexes.front();
    }
  if (!Relevant)
    return false;
  Objects.enter(F);
  return true;
}

void LockAnalysis::run(FunctionIndex Function) {
  F = Function;
  if (!prepare())
    return;
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  if (Blocks.empty()) {
    HeldState S;
    for (uint32_t I = 0; I < P.function(F).NumCalls; ++I)
      transfer(S, I, /*Record=*/true);
    return;
  }
  auto Through = [&](HeldState S, const FlowBlock &B, bool Record) {
    for (unsigned I = 0; I < B.NumItems; ++I)
      transfer(S, P.summary().FlowItems[B.FirstItem + I], Record);
    return S;
  };
  std::vector<HeldState> Entry(Blocks.size());
  std::vector<bool> Reached(Blocks.size());
  Reached[0] = true;
  std::deque<uint32_t> Work = {0};
  for (size_t Rounds = Blocks.size() * 64 + 64; !Work.empty() && Rounds;
       --Rounds) {
    uint32_t Index = Work.front();
    Work.pop_front();
    const FlowBlock &B = Blocks[Index];
    HeldState S = Through(Entry[Index], B, /*Record=*/false);
    for (unsigned I = 0; I < B.NumSuccessors; ++I) {
      uint32_t To = P.summary().Successors[B.FirstSuccessor + I].Block;
      if (To == NoIndex)
        continue;
      if (Entry[To].join(alongEdge(S, Index, I), /*First=*/!Reached[To]))
        Work.push_back(To);
      Reached[To] = true;
    }
  }
  for (uint32_t Index = 0; Index < Blocks.size(); ++Index)
    if (Reached[Index])
      Through(Entry[Index], Blocks[Index], /*Record=*/true);
}

/// The mutexes, members and globals, that functions unlock and do not lock.
static ReleasedMutexes findReleases(const Program &P, const ValueFlow &Values) {
  ReleasedMutexes Found;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    std::set<SlotIndex> Locked, Unlocked;
    for (const CallEdge &Call : P.calls(F)) {
      const FunctionKnowledge *K =
          Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
      if (!K)
        continue;
      for (const LockRule &R : K->Locks) {
        llvm::SmallVector<unsigned, 4> Positions =
            R.Mutex ? Values.positions(Call, *R.Mutex)
                    : llvm::SmallVector<unsigned, 4>{0};
        for (unsigned Position : Positions)
          for (const Value &V : P.argument(Call, Position))
            if (V.Kind == ValueKind::Slot)
              (R.Operation == LockOperation::Release ? Unlocked : Locked)
                  .insert(static_cast<SlotIndex>(V.Data));
      }
    }
    for (SlotIndex Mutex : Unlocked)
      if (!Locked.count(Mutex))
        Found[F].push_back(Mutex);
  }
  return Found;
}

Locks::Locks(const ValueFlow &Values, const CallGraph &Graph,
             const Contexts &Where, const Effects &Found) {
  const Program &P = Values.program();
  Blockers Slow(P, Graph, Where, Found);
  ThreadMutexes ThreadOnes(Values, Graph, Found, Slow.any());
  ReleasedMutexes Releases = findReleases(P, Values);
  LockAnalysis Analysis(Values, *this, Slow, Releases, ThreadOnes);
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    Analysis.run(F);
  auto Key = [](const HeldSuspension &S) {
    return std::tuple(S.In, S.Acquire, S.Suspension);
  };
  llvm::sort(Suspensions,
             [&](const auto &A, const auto &B) { return Key(A) < Key(B); });
  Suspensions.erase(std::unique(Suspensions.begin(), Suspensions.end(),
                                [&](const auto &A, const auto &B) {
                                  return Key(A) == Key(B);
                                }),
                    Suspensions.end());
}

} // namespace nostall
