//===- Locks.cpp - what is held where ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Locks.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <optional>
#include <set>

namespace nostall {
namespace {

using ObjectKey = std::pair<ValueKind, int64_t>;

/// What each guard (or bare mutex) may hold: the calls that took it.
using HeldState = std::map<ObjectKey, std::set<uint32_t>>;

} // namespace

/// Analyses one function at a time; collects into Locks.
class LockAnalysis {
public:
  LockAnalysis(const ValueFlow &Values, Locks &Out,
               const std::vector<bool> &MayBlock, const CallGraph &Graph)
      : Values(Values), P(Values.program()), Out(Out), MayBlock(MayBlock),
        Graph(Graph) {}
  void run(FunctionIndex F,
           llvm::ArrayRef<const EffectSite *> Sites);

private:
  const LockRule *ruleAt(const CallEdge &Call) const;
  void transfer(HeldState &S, uint32_t Item, bool Record);
  void record(const HeldState &S, uint32_t Item);
  void dropFailedTries(HeldState &S, const FlowBlock &B,
                       unsigned Successor) const;
  bool mayBlockAt(uint32_t CallIndex) const;
  std::optional<ObjectKey> objectOf(const CallEdge &Call,
                                    const ArgSelector &Selector) const;
  static std::optional<ObjectKey> keyOf(llvm::ArrayRef<Value> Values);
  std::optional<SlotIndex> mutexSlot(uint32_t Acquire) const;

  const ValueFlow &Values;
  const Program &P;
  Locks &Out;
  const std::vector<bool> &MayBlock;
  const CallGraph &Graph;

  FunctionIndex F = NoIndex;
  std::set<uint32_t> BlockingCalls;
  /// The variable that a constructor call initialises.
  llvm::DenseMap<uint32_t, uint32_t> LocalOfResult;
};

std::optional<ObjectKey> LockAnalysis::keyOf(llvm::ArrayRef<Value> Values) {
  if (Values.size() != 1 || (Values[0].Kind != ValueKind::Local &&
                             Values[0].Kind != ValueKind::Slot &&
                             Values[0].Kind != ValueKind::Param))
    return std::nullopt;
  return ObjectKey(Values[0].Kind, Values[0].Data);
}

std::optional<ObjectKey>
LockAnalysis::objectOf(const CallEdge &Call, const ArgSelector &Selector) const {
  for (unsigned Position : Values.positions(Call, Selector))
    if (std::optional<ObjectKey> Key = keyOf(P.argument(Call, Position)))
      return Key;
  return std::nullopt;
}

const LockRule *LockAnalysis::ruleAt(const CallEdge &Call) const {
  if (Call.Callee == NoIndex)
    return nullptr;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (!K)
    return nullptr;
  for (const LockRule &R : K->Locks)
    if (R.When.empty() || holdsAll(Values, F, Call, R.When) == Truth::True)
      return &R;
  return nullptr;
}

/// The member or global behind the mutex of a lock call.
std::optional<SlotIndex> LockAnalysis::mutexSlot(uint32_t Acquire) const {
  const CallEdge &Call = P.summary().Calls[Acquire];
  const LockRule *R = ruleAt(Call);
  if (!R)
    return std::nullopt;
  ArgSelector Receiver;
  Receiver.K = ArgSelector::Kind::Receiver;
  for (unsigned Position :
       Values.positions(Call, R->Mutex ? *R->Mutex : Receiver))
    for (const Origin &O : Values.argument(F, Call, Position)) {
      if (O.Kind == OriginKind::Slot)
        return static_cast<SlotIndex>(O.Data);
      // A guard's own lock(): the mutex it was made with.
      if (O.Kind == OriginKind::Object && O.Call != NoIndex &&
          O.Call != Acquire)
        return mutexSlot(O.Call);
    }
  return std::nullopt;
}

void LockAnalysis::transfer(HeldState &S, uint32_t Item, bool Record) {
  const FunctionSummary &Fn = P.function(F);
  uint32_t CallIndex = Fn.FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Record)
    record(S, Item);
  if (Call.Callee == NoIndex)
    return;
  if (P.entity(Call.Callee).Flags & EF_Destructor) {
    if (std::optional<ObjectKey> Key = keyOf(P.argument(Call, 0)))
      S.erase(*Key);
    return;
  }
  const LockRule *R = ruleAt(Call);
  if (!R)
    return;
  // The object that holds: a guard under construction, or the receiver.
  std::optional<ObjectKey> Holder;
  if (auto It = LocalOfResult.find(Item); It != LocalOfResult.end())
    Holder = ObjectKey(ValueKind::Local, It->second);
  else
    Holder = keyOf(P.argument(Call, 0));
  std::optional<ObjectKey> Mutex =
      R->Mutex ? objectOf(Call, *R->Mutex) : Holder;
  switch (R->Operation) {
  case LockOperation::Acquire:
  case LockOperation::TryAcquire:
    if (!Holder)
      Holder = Mutex; // pthread_mutex_lock(&m)
    if (Holder)
      S[*Holder] = {CallIndex};
    break;
  case LockOperation::Guard:
  case LockOperation::TryGuard:
    if (Holder)
      S[*Holder] = {CallIndex};
    break;
  case LockOperation::Defer:
    break;
  case LockOperation::Release:
  case LockOperation::Disown:
    if (R->Mutex && Mutex)
      Holder = Mutex;
    if (Holder)
      S.erase(*Holder);
    break;
  case LockOperation::Transfer:
    if (Holder && Mutex) {
      auto From = S.find(*Mutex);
      if (From != S.end()) {
        S[*Holder] = From->second;
        S.erase(*Mutex);
      } else {
        S.erase(*Holder);
      }
    } else if (Mutex) {
      S.erase(*Mutex); // Moved out of sight.
    }
    break;
  case LockOperation::Swap:
    if (Holder && Mutex) {
      std::set<uint32_t> Mine, Other;
      if (auto It = S.find(*Holder); It != S.end())
        Mine = It->second;
      if (auto It = S.find(*Mutex); It != S.end())
        Other = It->second;
      S.erase(*Holder);
      S.erase(*Mutex);
      if (!Other.empty())
        S[*Holder] = Other;
      if (!Mine.empty())
        S[*Mutex] = Mine;
    }
    break;
  }
}

/// Whether the call, or something that it runs, blocks for long.
bool LockAnalysis::mayBlockAt(uint32_t CallIndex) const {
  if (BlockingCalls.count(CallIndex))
    return true;
  for (const Edge &E : Graph.callees(F))
    if (E.Call == CallIndex && MayBlock[E.Callee] && E.Kind != EdgeKind::Started)
      return true;
  return false;
}

void LockAnalysis::record(const HeldState &S, uint32_t Item) {
  if (S.empty())
    return;
  uint32_t CallIndex = P.function(F).FirstCall + Item;
  const CallEdge &Call = P.summary().Calls[CallIndex];
  bool Suspends = Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield;
  if (!Suspends && !mayBlockAt(CallIndex))
    return;
  for (const auto &[Holder, Acquires] : S) {
    // A condition variable gives the lock back while it waits.
    bool IsArgument = false;
    for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
      IsArgument |= keyOf(P.argument(Call, Arg)) == Holder;
    if (IsArgument && !Suspends)
      continue;
    for (uint32_t Acquire : Acquires) {
      if (Suspends)
        Out.Suspensions.push_back({F, Acquire, CallIndex});
      if (std::optional<SlotIndex> Mutex = mutexSlot(Acquire))
        Out.Slow.try_emplace(*Mutex, SlowHolder{F, Acquire, CallIndex});
    }
  }
}

/// On the way where a try is seen to have failed, nothing is held by it.
void LockAnalysis::dropFailedTries(HeldState &S, const FlowBlock &B,
                                   unsigned Successor) const {
  if (B.ConditionValue == NoIndex || B.Op == ConditionOp::Switch || S.empty())
    return;
  for (const Origin &O :
       Values.resolve(F, P.summary().Values[B.ConditionValue])) {
    if (O.Call == NoIndex)
      continue;
    const LockRule *R = ruleAt(P.summary().Calls[O.Call]);
    if (!R || (R->Operation != LockOperation::TryAcquire &&
               R->Operation != LockOperation::TryGuard))
      continue;
    std::optional<bool> Succeeded =
        branchTells(R->Succeeds, B.Op, B.Operand, Successor == 0);
    if (Succeeded && !*Succeeded)
      std::erase_if(S, [&](const auto &Held) {
        return Held.second.count(O.Call) && Held.second.size() == 1;
      });
  }
}

void LockAnalysis::run(FunctionIndex Function,
                       llvm::ArrayRef<const EffectSite *> Sites) {
  F = Function;
  const FunctionSummary &Fn = P.function(F);
  bool Relevant = false;
  for (uint32_t I = 0; I < Fn.NumCalls; ++I)
    if (ruleAt(P.summary().Calls[Fn.FirstCall + I])) {
      Relevant = true;
      if (std::optional<SlotIndex> Mutex = mutexSlot(Fn.FirstCall + I))
        Out.Mutexes[Fn.FirstCall + I] = *Mutex;
    }
  if (!Relevant)
    return;
  BlockingCalls.clear();
  for (const EffectSite *Site : Sites)
    if (Site->What.Severity >= Tier::Likely && Site->What.Kind != Category::Lock)
      BlockingCalls.insert(Site->Call);
  LocalOfResult.clear();
  for (const Flow &Fl : P.flows(F))
    if (Fl.Target == FlowTarget::Local)
      for (const Value &V : P.values(Fl))
        if (V.Kind == ValueKind::Result)
          LocalOfResult[static_cast<uint32_t>(V.Data)] = Fl.Index;

  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  if (Blocks.empty()) {
    HeldState S;
    for (uint32_t I = 0; I < Fn.NumCalls; ++I)
      transfer(S, I, /*Record=*/true);
    return;
  }
  std::vector<HeldState> Entry(Blocks.size());
  std::vector<bool> Reached(Blocks.size());
  Reached[0] = true;
  std::deque<uint32_t> Work = {0};
  for (size_t Rounds = Blocks.size() * 64 + 64; !Work.empty() && Rounds;
       --Rounds) {
    uint32_t Index = Work.front();
    Work.pop_front();
    HeldState S = Entry[Index];
    const FlowBlock &B = Blocks[Index];
    for (unsigned I = 0; I < B.NumItems; ++I)
      transfer(S, P.summary().FlowItems[B.FirstItem + I], /*Record=*/false);
    for (unsigned I = 0; I < B.NumSuccessors; ++I) {
      uint32_t To = P.summary().Successors[B.FirstSuccessor + I].Block;
      if (To == NoIndex)
        continue;
      bool Changed = !Reached[To];
      HeldState Next = S;
      dropFailedTries(Next, B, I);
      for (const auto &[Holder, Acquires] : Next) {
        std::set<uint32_t> &Known = Entry[To][Holder];
        size_t Before = Known.size();
        Known.insert(Acquires.begin(), Acquires.end());
        Changed |= Known.size() != Before;
      }
      Reached[To] = true;
      if (Changed)
        Work.push_back(To);
    }
  }
  for (uint32_t Index = 0; Index < Blocks.size(); ++Index) {
    if (!Reached[Index])
      continue;
    HeldState S = Entry[Index];
    for (unsigned I = 0; I < Blocks[Index].NumItems; ++I)
      transfer(S, P.summary().FlowItems[Blocks[Index].FirstItem + I],
               /*Record=*/true);
  }
}

/// Functions that may block for long, themselves or in what they call.
static std::vector<bool> findBlockers(const Program &P, const CallGraph &Graph,
                                      const Effects &Found) {
  std::vector<bool> MayBlock(P.numFunctions());
  std::vector<FunctionIndex> Work;
  auto Mark = [&](FunctionIndex F) {
    if (!MayBlock[F]) {
      MayBlock[F] = true;
      Work.push_back(F);
    }
  };
  for (const EffectSite &Site : Found.sites())
    if (Site.What.Severity >= Tier::Likely && Site.What.Kind != Category::Lock)
      Mark(Site.In);
  while (!Work.empty()) {
    FunctionIndex F = Work.back();
    Work.pop_back();
    for (uint32_t Index : Graph.callers(F)) {
      const Edge &E = Graph.edges()[Index];
      if (E.Kind == EdgeKind::Call && E.Sure == Confidence::High)
        Mark(E.Caller);
    }
  }
  return MayBlock;
}

Locks::Locks(const ValueFlow &Values, const CallGraph &Graph,
             const Effects &Found) {
  const Program &P = Values.program();
  std::vector<bool> MayBlock = findBlockers(P, Graph, Found);
  llvm::DenseMap<FunctionIndex, llvm::SmallVector<const EffectSite *, 4>> Sites;
  for (const EffectSite &Site : Found.sites())
    Sites[Site.In].push_back(&Site);
  LockAnalysis Analysis(Values, *this, MayBlock, Graph);
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    Analysis.run(F, Sites.lookup(F));
  auto Key = [](const HeldSuspension &S) {
    return std::tuple(S.In, S.Acquire, S.Suspension);
  };
  llvm::sort(Suspensions, [&](const auto &A, const auto &B) {
    return Key(A) < Key(B);
  });
  Suspensions.erase(std::unique(Suspensions.begin(), Suspensions.end(),
                                [&](const auto &A, const auto &B) {
                                  return Key(A) == Key(B);
                                }),
                    Suspensions.end());
}

} // namespace nostall
