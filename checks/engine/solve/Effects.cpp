//===- Effects.cpp - calls that may block -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Effects.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>
#include <set>
#include <tuple>

namespace nostall {

class EffectFinder {
public:
  EffectFinder(const ValueFlow &Values, const CallGraph &Graph,
               const Contexts &Where, Effects &Out)
      : Values(Values), P(Values.program()), Graph(Graph), Where(Where),
        Out(Out) {}
  void run();

private:
  /// A condition that callers decide.
  struct Residual {
    const Condition *C;
    bool IsUnless;
    unsigned Param;
  };
  struct Pending {
    EffectSite Site;
    llvm::SmallVector<Residual, 2> Open;
  };

  void addCall(FunctionIndex F, uint32_t CallIndex);
  void addRule(FunctionIndex F, uint32_t CallIndex, const FunctionKnowledge &K,
               const EffectRule &Rule);
  /// False when the effect does not happen.
  bool decide(Pending &P, const Condition &C, bool IsUnless, Verdict V);
  void settle(Pending Item);
  void propagate(const Pending &Item);

  const ValueFlow &Values;
  const Program &P;
  const CallGraph &Graph;
  const Contexts &Where;
  Effects &Out;
  std::deque<Pending> Work;
  std::set<std::tuple<uint32_t, uint32_t, const EffectRule *>> Seen;
};

bool EffectFinder::decide(Pending &Item, const Condition &C, bool IsUnless,
                          Verdict V) {
  switch (V.Answer) {
  case Truth::OnParam:
    Item.Open.push_back({&C, IsUnless, V.Param});
    return true;
  case Truth::True:
    return !IsUnless;
  case Truth::False:
    return IsUnless;
  case Truth::Unknown:
    if (IsUnless)
      return true; // Nothing shows the exception to apply.
    ++Out.Stats.Undecided;
    return false;
  }
  return false;
}

void EffectFinder::addRule(FunctionIndex F, uint32_t CallIndex,
                           const FunctionKnowledge &K, const EffectRule &Rule) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  Pending Item;
  Item.Site = {F,  CallIndex, Rule.What, &Rule, &K, CallIndex,
               F,  {},        Confidence::High};
  // Exceptions first: they are the cheaper and the more certain ones.
  for (const Condition &C : Rule.Unless)
    if (!decide(Item, C, true, evaluate(Values, F, Call, C)))
      return;
  for (const Condition &C : Rule.When)
    if (!decide(Item, C, false, evaluate(Values, F, Call, C)))
      return;
  if (Call.Flags & CF_OnceOnly) {
    // Stalls the first time only.
    if (Item.Site.What.Severity == Tier::Rarely)
      return;
    Item.Site.What.Severity =
        static_cast<Tier>(static_cast<uint8_t>(Item.Site.What.Severity) - 1);
  }
  settle(std::move(Item));
}

void EffectFinder::addCall(FunctionIndex F, uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Callee == NoIndex || !P.isActive(Call))
    return;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (!K || K->Effects.empty())
    return;
  const CallFacts &Fact =
      Where.facts(F, CallIndex - P.function(F).FirstCall);
  if (Fact.Unreachable || Fact.ReceiverReady || Where.isLoopWait(CallIndex))
    return;
  // The first rule of a function that applies says it; one that callers decide
  // may turn out not to.
  size_t Before = Out.Sites.size();
  for (const EffectRule &Rule : K->Effects) {
    addRule(F, CallIndex, *K, Rule);
    if (Out.Sites.size() != Before)
      return;
  }
}

/// Reports the effect where it is, or leaves it to the callers.
void EffectFinder::settle(Pending Item) {
  if (!Seen.insert({Item.Site.Call, Item.Site.SinkCall, Item.Site.Rule}).second)
    return;
  if (Item.Open.empty())
    Out.Sites.push_back(std::move(Item.Site));
  else
    Work.push_back(std::move(Item));
}

void EffectFinder::propagate(const Pending &Item) {
  constexpr size_t MaxDepth = 8;
  bool Decided = false;
  if (Item.Site.Down.size() < MaxDepth)
    for (uint32_t EdgeIndex : Graph.callers(Item.Site.In)) {
      const Edge &E = Graph.edges()[EdgeIndex];
      const CallEdge &Call = P.summary().Calls[E.Call];
      // Only a call that names its callee shows what it passes.
      if (E.Kind != EdgeKind::Call && E.Kind != EdgeKind::Virtual)
        continue;
      Decided = true;
      Pending Next;
      Next.Site = Item.Site;
      Next.Site.In = E.Caller;
      Next.Site.Call = E.Call;
      Next.Site.Down.insert(Next.Site.Down.begin(), EdgeIndex);
      Next.Site.Sure = std::min(Next.Site.Sure, E.Sure);
      bool Happens = true;
      for (const Residual &R : Item.Open) {
        Verdict V = evaluate(Values, E.Caller, P.argument(Call, R.Param), *R.C);
        if (!decide(Next, *R.C, R.IsUnless, V)) {
          Happens = false;
          break;
        }
      }
      if (Happens)
        settle(std::move(Next));
    }
  if (Decided)
    return;
  // Nobody passes anything that we can see.
  bool NeedsProof = llvm::any_of(
      Item.Open, [](const Residual &R) { return !R.IsUnless; });
  if (NeedsProof)
    ++Out.Stats.Undecided;
  else
    Out.Sites.push_back(Item.Site);
}

void EffectFinder::run() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I)
      addCall(F, Fn.FirstCall + I);
  }
  while (!Work.empty()) {
    Pending Item = std::move(Work.front());
    Work.pop_front();
    propagate(Item);
  }
  llvm::sort(Out.Sites, [](const EffectSite &A, const EffectSite &B) {
    return std::tie(A.In, A.Call, A.SinkCall) <
           std::tie(B.In, B.Call, B.SinkCall);
  });
}

Effects::Effects(const ValueFlow &Values, const CallGraph &Graph,
                 const Contexts &Where) {
  EffectFinder(Values, Graph, Where, *this).run();
}

} // namespace nostall
