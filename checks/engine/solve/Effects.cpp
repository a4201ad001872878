//===- Effects.cpp - calls that may block -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Effects.h"

#include "engine/solve/Conditions.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <deque>
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
    bool Scaled;
  };
  /// A rule that applies if its residuals hold.
  struct Candidate {
    const EffectRule *Rule;
    llvm::SmallVector<Residual, 2> Open;
  };
  /// The first of the candidates that turns out to apply says the effect.
  struct Pending {
    EffectSite Site;
    llvm::SmallVector<Candidate, 2> Candidates;
  };

  void addCall(FunctionIndex F, uint32_t CallIndex);
  /// Adds \p Rule to \p Item, unless it cannot apply; false when no further
  /// rule matters.
  bool consider(Pending &Item, const EffectRule &Rule,
                llvm::function_ref<bool(Candidate &)> Decide);
  /// False when the rule does not apply.
  bool decide(Candidate &To, const Condition &C, bool IsUnless, Verdict V);
  void settle(Pending Item);
  bool onlyFillsBuffer(FunctionIndex F, const CallEdge &Call,
                       const ArgSelector &Stream) const;
  void report(Pending &Item, const EffectRule &Rule);
  void noteUndecided(const EffectSite &Site) {
    ++Out.Stats.Undecided;
    Out.Stats.UndecidedCalls.emplace_back(Site.In, Site.Call);
  }
  void propagate(const Pending &Item);
  void decideWithoutCallers(Pending Item);

  const ValueFlow &Values;
  const Program &P;
  const CallGraph &Graph;
  const Contexts &Where;
  Effects &Out;
  std::deque<Pending> Work;
  llvm::DenseSet<std::pair<uint32_t, uint32_t>> Seen;
  const EffectSite *Considered = nullptr; ///< By decide().
};

bool EffectFinder::decide(Candidate &To, const Condition &C, bool IsUnless,
                          Verdict V) {
  if (IsUnless ? V.Answer == Truth::False : V.Answer == Truth::True)
    for (const ParamCondition &Other : V.Unless)
      To.Open.push_back({Other.C, true, Other.Param, false});
  switch (V.Answer) {
  case Truth::OnParam:
    To.Open.push_back({&C, IsUnless, V.Param, V.Scaled});
    return true;
  case Truth::True:
    return !IsUnless;
  case Truth::False:
    return IsUnless;
  case Truth::Unknown:
    // Nothing shows the exception to apply; or `wait ? 0 : WNOHANG` does.
    if (IsUnless && !V.Mixed)
      return true;
    noteUndecided(*Considered);
    return false;
  }
  return false;
}

bool EffectFinder::consider(Pending &Item, const EffectRule &Rule,
                            llvm::function_ref<bool(Candidate &)> Decide) {
  Candidate New{&Rule, {}};
  Considered = &Item.Site;
  if (!Decide(New))
    return true;
  bool Certain = New.Open.empty();
  Item.Candidates.push_back(std::move(New));
  return !Certain;
}

/// Whether the call is never made, or in a forked child: callers that decide
/// the effect do not change that.
static bool isElsewhere(const CallFacts &Fact) {
  return Fact.Unreachable || Fact.InChild;
}

void EffectFinder::addCall(FunctionIndex F, uint32_t CallIndex) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  if (Call.Callee == NoIndex || !P.isActive(Call) ||
      (P.declared(Call.Callee) & EF_DeclaredNonblocking))
    return;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (!K || K->Effects.empty())
    return;
  const CallFacts &Fact =
      Where.facts(F, CallIndex - P.function(F).FirstCall);
  if (isElsewhere(Fact) || Fact.ReceiverReady || Where.isLoopWait(CallIndex))
    return;
  Pending Item;
  Item.Site.In = Item.Site.SinkIn = F;
  Item.Site.Call = Item.Site.SinkCall = CallIndex;
  Item.Site.Function = K;
  Item.Site.Sure = Confidence::High;
  for (const EffectRule &Rule : K->Effects)
    if (!consider(Item, Rule, [&](Candidate &To) {
          // Exceptions first: they are the cheaper and the more certain ones.
          for (const Condition &C : Rule.Unless)
            if (!decide(To, C, true, evaluate(Values, F, Call, C)))
              return false;
          for (const Condition &C : Rule.When)
            if (!decide(To, C, false, evaluate(Values, F, Call, C)))
              return false;
          return true;
        }))
      break;
  settle(std::move(Item));
}

/// A single write to a stream that the same function has opened: opening and
/// closing it are the calls that wait.
bool EffectFinder::onlyFillsBuffer(FunctionIndex F, const CallEdge &Call,
                                   const ArgSelector &Stream) const {
  if (Call.Loop != 0)
    return false;
  auto IsOpened = [&](uint32_t Opening) {
    EntityIndex Callee = P.summary().Calls[Opening].Callee;
    return Callee != NoIndex && P.knowledge(Callee);
  };
  for (unsigned Position : Values.positions(Call, Stream))
    for (const Value &V : P.argument(Call, Position)) {
      if (V.Kind != ValueKind::Local)
        return false;
      for (const ValueSource &Source : Values.localSources(F, V.Data))
        for (const Value &Put : Values.values(Source)) {
          if (Put.Kind == ValueKind::Int)
            continue; // Null before it is opened.
          if (Put.Kind != ValueKind::Result)
            return false;
          if (IsOpened(P.function(F).FirstCall + Put.Data))
            continue;
          // By the program's own function.
          for (const Origin &O : Values.resolve(F, Put))
            if (O.Kind != OriginKind::Int &&
                (O.Kind != OriginKind::Result || O.Call == NoIndex ||
                 !IsOpened(O.Call)))
              return false;
        }
    }
  return true;
}

void EffectFinder::report(Pending &Item, const EffectRule &Rule) {
  EffectSite Site = std::move(Item.Site);
  Site.Rule = &Rule;
  Site.What = Rule.What;
  if (Rule.Buffer && Site.In == Site.SinkIn &&
      onlyFillsBuffer(Site.In, P.summary().Calls[Site.SinkCall], *Rule.Buffer))
    Site.What.Severity = Tier::Rarely;
  bool OnceOnly =
      (P.summary().Calls[Site.SinkCall].Flags & CF_OnceOnly) ||
      Where.facts(Site.SinkIn, Site.SinkCall -
                                   P.function(Site.SinkIn).FirstCall)
          .OnceOnly;
  if (OnceOnly) {
    // Stalls the first time only.
    if (Site.What.Severity == Tier::Rarely)
      return;
    Site.What.Severity =
        static_cast<Tier>(static_cast<uint8_t>(Site.What.Severity) - 1);
  }
  Out.Sites.push_back(std::move(Site));
}

/// Reports the effect where it is, or leaves it to the callers.
void EffectFinder::settle(Pending Item) {
  if (Item.Candidates.empty() ||
      !Seen.insert({Item.Site.Call, Item.Site.SinkCall}).second)
    return;
  if (const Candidate &First = Item.Candidates.front(); First.Open.empty())
    report(Item, *First.Rule);
  else
    Work.push_back(std::move(Item));
}

/// Nobody passes anything that we can see: exceptions are not shown to apply,
/// and what must be proven is not.
void EffectFinder::decideWithoutCallers(Pending Item) {
  for (const Candidate &C : Item.Candidates)
    if (llvm::all_of(C.Open, [](const Residual &R) { return R.IsUnless; }))
      return report(Item, *C.Rule);
  noteUndecided(Item.Site);
}

void EffectFinder::propagate(const Pending &Item) {
  constexpr size_t MaxDepth = 8;
  if (P.isTrusted(Item.Site.In))
    return;
  // Ways in that show no arguments: a pointer, an entry of a library's loop.
  bool Otherwise = Graph.callers(Item.Site.In).empty() ||
                   Item.Site.Down.size() >= MaxDepth ||
                   (Where.isOnLoop(Item.Site.In) &&
                    Where.witness(Item.Site.In).Via == NoIndex);
  if (Item.Site.Down.size() < MaxDepth)
    for (uint32_t EdgeIndex : Graph.callers(Item.Site.In)) {
      const Edge &E = Graph.edges()[EdgeIndex];
      const CallEdge &Call = P.summary().Calls[E.Call];
      if (Where.excludes(E, Item.Site.Call -
                                P.function(Item.Site.In).FirstCall) ||
          isElsewhere(Where.facts(E.Caller,
                                  E.Call - P.function(E.Caller).FirstCall)))
        continue;
      // Only a call that names its callee shows what it passes.
      if (E.Kind != EdgeKind::Call && E.Kind != EdgeKind::Virtual) {
        Otherwise = true;
        continue;
      }
      Pending Next;
      Next.Site = Item.Site;
      Next.Site.In = E.Caller;
      Next.Site.Call = E.Call;
      Next.Site.Down.insert(Next.Site.Down.begin(), EdgeIndex);
      Next.Site.Sure = std::min(Next.Site.Sure, E.Sure);
      for (const Candidate &C : Item.Candidates)
        if (!consider(Next, *C.Rule, [&](Candidate &To) {
              return llvm::all_of(C.Open, [&](const Residual &R) {
                Condition AsPassed = *R.C;
                if (R.Scaled)
                  AsPassed.Number = 0;
                Verdict V = evaluate(Values, E.Caller,
                                     P.argument(Call, R.Param), AsPassed);
                V.Scaled |= R.Scaled;
                return decide(To, *R.C, R.IsUnless, V);
              });
            }))
          break;
      settle(std::move(Next));
    }
  if (Otherwise)
    decideWithoutCallers(Item);
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
