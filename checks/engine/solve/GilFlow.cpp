//===- GilFlow.cpp - where Python's GIL is held -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/GilFlow.h"

#include "engine/solve/EventLoops.h"
#include "engine/solve/FlowFacts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

#include <deque>
#include <optional>
#include <tuple>

namespace nostall {

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

static GilState meetOf(GilState A, GilState B) {
  if (A == B)
    return A;
  auto IsOftenHeld = [](GilState S) {
    return S == GilState::AsEntry || S == GilState::Held ||
           S == GilState::MaybeHeld;
  };
  return IsOftenHeld(A) && IsOftenHeld(B) ? GilState::MaybeHeld
                                          : GilState::Unknown;
}

/// Whether this is the other, with the GIL released.
bool GilFlow::State::releasesWhat(const State &Other) const {
  return (Now == GilState::Released || Now == GilState::MaybeReleased) &&
         !Outer.empty() && Outer.back() == Other.Now &&
         llvm::ArrayRef(Outer).drop_back() == llvm::ArrayRef(Other.Outer);
}

void GilFlow::State::meet(const State &Other) {
  if (releasesWhat(Other)) {
    Now = GilState::MaybeReleased;
    return;
  }
  if (Other.releasesWhat(*this) ||
      (Now != Other.Now && Outer == Other.Outer &&
       (Now == GilState::MaybeReleased ||
        Other.Now == GilState::MaybeReleased) &&
       (Now == GilState::Released || Other.Now == GilState::Released))) {
    Outer = Other.Outer;
    Now = GilState::MaybeReleased;
    return;
  }
  Now = meetOf(Now, Other.Now);
  // Not matched on both ways: nothing shows to what the next one goes back.
  if (Outer != Other.Outer)
    Outer.clear();
}

void GilFlow::State::apply(Operation Op) {
  constexpr size_t MaxDepth = 4;
  auto Enter = [&](GilState Next) {
    if (Outer.size() < MaxDepth)
      Outer.push_back(Now);
    Now = Next;
  };
  auto Leave = [&](GilState Otherwise) {
    Now = Outer.empty() ? Otherwise : Outer.pop_back_val();
  };
  switch (Op) {
  case Operation::None:
    break;
  case Operation::Release:
    // A callback that had taken it gives it back.
    if (Now == GilState::Held && !Outer.empty() &&
        Outer.back() == GilState::Released)
      Leave(GilState::Released);
    else
      Enter(GilState::Released);
    break;
  case Operation::Acquire:
    if (Now == GilState::Released || Now == GilState::MaybeReleased)
      Leave(GilState::Held);
    else
      Now = GilState::Held;
    break;
  case Operation::MayAcquire:
    if (Now == GilState::Released || Now == GilState::MaybeReleased)
      Leave(GilState::Held);
    break;
  case Operation::Ensure:
    Enter(GilState::Held);
    break;
  case Operation::Restore:
    Leave(GilState::Restored);
    break;
  case Operation::Unknown:
    Outer.clear();
    Now = GilState::Unknown;
    break;
  }
}

void GilFlow::State::learn(bool WasReleased) {
  if (WasReleased && Now == GilState::MaybeReleased)
    Now = GilState::Released;
  else if (!WasReleased && !Outer.empty() &&
           (Now == GilState::MaybeReleased || Now == GilState::Released))
    Now = Outer.pop_back_val();
}

GilFlow::Operation GilFlow::wholeOf(const State &AtExit) {
  switch (AtExit.Now) {
  case GilState::AsEntry:
    return Operation::None;
  case GilState::Held:
    return AtExit.Outer.empty() ? Operation::Acquire : Operation::Ensure;
  case GilState::MaybeHeld:
    return Operation::MayAcquire;
  case GilState::Released:
    return Operation::Release;
  case GilState::Restored:
    return Operation::Restore;
  case GilState::MaybeReleased:
  case GilState::Unknown:
    break;
  }
  return Operation::Unknown;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// What the call does to the GIL by the knowledge, or by what its target does.
GilFlow::Operation GilFlow::operationOf(FunctionIndex F, uint32_t Local) const {
  const CallEdge &Call = P.calls(F)[Local];
  if (!P.isActive(Call))
    return Operation::None;
  const FunctionKnowledge *K =
      Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
  if (K && K->Gil)
    switch (*K->Gil) {
    case GilOperation::Release:
      return Operation::Release;
    case GilOperation::Acquire:
      return Operation::Acquire;
    case GilOperation::Ensure:
      return Operation::Ensure;
    case GilOperation::Restore:
      return Operation::Restore;
    }
  std::optional<Operation> Found;
  for (const Edge &E : Graph.callees(F)) {
    if (E.Call != P.function(F).FirstCall + Local ||
        (E.Kind != EdgeKind::Call && E.Kind != EdgeKind::Virtual))
      continue;
    auto It = Known.find(E.Callee);
    Operation Op = It == Known.end() ? Operation::None : It->second.Whole;
    if (Found && *Found != Op)
      return Operation::Unknown;
    Found = Op;
  }
  return Found.value_or(Operation::None);
}

const LibraryKnowledge *GilFlow::findLibrary(FunctionIndex F) const {
  for (const CallEdge &Call : P.calls(F))
    if (const FunctionKnowledge *K =
            Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
        K && K->Gil)
      return K->Library;
  for (const Edge &E : Graph.callees(F))
    if (auto It = Known.find(E.Callee);
        It != Known.end() && It->second.Whole != Operation::None)
      return It->second.Library;
  return nullptr;
}

/// `if (saved) PyEval_RestoreThread(saved);`: whether the way to \p Successor is
/// the one on which the GIL was released.
std::optional<bool>
GilFlow::tellsReleased(FunctionIndex F, const FlowBlock &B, unsigned Successor,
                       llvm::ArrayRef<Operation> Operations) const {
  if (B.ConditionValue == NoIndex || B.NumSuccessors != 2)
    return std::nullopt;
  const Value &Tested = P.summary().Values[B.ConditionValue];
  if (Tested.Kind != ValueKind::Local)
    return std::nullopt;
  bool Saves = llvm::any_of(P.flows(F), [&](const Flow &Put) {
    return Put.Target == FlowTarget::Local && Put.Index == Tested.Data &&
           llvm::any_of(P.values(Put), [&](const Value &V) {
             return V.Kind == ValueKind::Result &&
                    Operations[V.Data] == Operation::Release;
           });
  });
  return Saves ? branchTells(/*Wanted=*/std::nullopt, B.Op, B.Operand,
                             Successor == 0)
               : std::nullopt;
}

GilFlow::Facts GilFlow::analyze(FunctionIndex F) const {
  Facts Out;
  size_t NumCalls = P.calls(F).size();
  std::vector<Operation> Operations(NumCalls);
  for (uint32_t I = 0; I < NumCalls; ++I)
    Operations[I] = operationOf(F, I);
  std::vector<std::optional<GilState>> Before(NumCalls), After(NumCalls);
  auto Note = [](std::optional<GilState> &To, GilState Now) {
    To = To ? meetOf(*To, Now) : Now;
  };
  auto Transfer = [&](State &S, uint32_t Item, bool Record) {
    if (Record)
      Note(Before[Item], S.Now);
    S.apply(Operations[Item]);
    if (Record)
      Note(After[Item], S.Now);
  };

  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  std::optional<State> AtExit;
  if (Blocks.empty()) {
    State S;
    for (uint32_t I = 0; I < NumCalls; ++I)
      Transfer(S, I, /*Record=*/true);
    AtExit = S;
  } else {
    std::vector<std::optional<State>> Entry(Blocks.size());
    Entry[0] = State();
    std::deque<uint32_t> Work = {0};
    auto Through = [&](uint32_t Index, bool Record) {
      State S = *Entry[Index];
      for (unsigned I = 0; I < Blocks[Index].NumItems; ++I)
        Transfer(S, P.summary().FlowItems[Blocks[Index].FirstItem + I], Record);
      return S;
    };
    // Meeting only ever loses facts, so this ends; the bound is for our bugs.
    for (size_t Rounds = Blocks.size() * 64 + 64; !Work.empty() && Rounds;
         --Rounds) {
      uint32_t Index = Work.front();
      Work.pop_front();
      State S = Through(Index, /*Record=*/false);
      for (unsigned I = 0; I < Blocks[Index].NumSuccessors; ++I) {
        uint32_t To =
            P.summary().Successors[Blocks[Index].FirstSuccessor + I].Block;
        if (To == NoIndex)
          continue;
        State Next = S;
        if (std::optional<bool> Told =
                tellsReleased(F, Blocks[Index], I, Operations))
          Next.learn(*Told);
        State Met = Entry[To].value_or(Next);
        Met.meet(Next);
        if (Entry[To] && *Entry[To] == Met)
          continue;
        Entry[To] = std::move(Met);
        Work.push_back(To);
      }
    }
    for (uint32_t Index = 0; Index < Blocks.size(); ++Index)
      if (Entry[Index]) {
        State S = Through(Index, /*Record=*/true);
        // The exit is the last one; what never returns does not lead there.
        if (Index + 1 == Blocks.size())
          AtExit = S;
      }
  }
  for (uint32_t I = 0; I < NumCalls; ++I) {
    Out.Before.push_back(Before[I].value_or(GilState::Unknown));
    Out.After.push_back(After[I].value_or(GilState::Unknown));
  }
  Out.Library = findLibrary(F);
  Out.Whole = AtExit ? wholeOf(*AtExit) : Operation::None;
  return Out;
}

GilFlow::GilFlow(const Program &P, const CallGraph &Graph)
    : P(P), Graph(Graph) {
  llvm::SetVector<FunctionIndex> Work;
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (llvm::any_of(P.calls(F), [&](const CallEdge &Call) {
          const FunctionKnowledge *K =
              Call.Callee == NoIndex ? nullptr : P.knowledge(Call.Callee);
          return K && K->Gil;
        }))
      Work.insert(F);
  // Recursion through functions that release it may go on for ever.
  for (size_t Rounds = Work.size() * 16 + 1024; !Work.empty() && Rounds;
       --Rounds) {
    FunctionIndex F = Work.front();
    Work.erase(Work.begin());
    Facts New = analyze(F);
    auto It = Known.find(F);
    Operation Old = It == Known.end() ? Operation::None : It->second.Whole;
    bool Changed = Old != New.Whole;
    Known[F] = std::move(New);
    if (Changed)
      for (uint32_t Index : Graph.callers(F)) {
        const Edge &E = Graph.edges()[Index];
        if (E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual)
          Work.insert(E.Caller);
      }
  }
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

GilState GilFlow::before(FunctionIndex F, uint32_t Call) const {
  auto It = Known.find(F);
  return It == Known.end() ? GilState::AsEntry : It->second.Before[Call];
}

uint32_t GilFlow::takes(FunctionIndex F) const {
  auto It = Known.find(F);
  if (It == Known.end())
    return NoIndex;
  llvm::ArrayRef<GilState> Before = It->second.Before;
  llvm::ArrayRef<GilState> After = It->second.After;
  if (!llvm::is_contained(Before, GilState::Held))
    return NoIndex;
  for (uint32_t I = 0; I < Before.size(); ++I)
    if (Before[I] != GilState::Held && After[I] == GilState::Held)
      return I;
  return NoIndex;
}

const LibraryKnowledge *GilFlow::libraryOf(FunctionIndex F) const {
  auto It = Known.find(F);
  return It == Known.end() ? nullptr : It->second.Library;
}

/// By the calls in the loop; where there are none, by the last one before it.
/// Destructors at the end of a scope stand where their variable does, so they
/// do not tell.
bool GilFlow::holdsInLoop(FunctionIndex F, uint16_t Loop, bool AtEntry) const {
  auto It = Known.find(F);
  if (It == Known.end())
    return AtEntry;
  const Location &At = P.loops(F)[Loop - 1].Loc;
  std::optional<GilState> Inside;
  GilState Outside = GilState::AsEntry;
  llvm::ArrayRef<CallEdge> Calls = P.calls(F);
  for (uint32_t I = 0; I < Calls.size(); ++I) {
    if (isWithinLoop(P, F, Calls[I].Loop, Loop)) {
      GilState Now = It->second.Before[I];
      Inside = Inside ? meetOf(*Inside, Now) : Now;
    } else if (!(Calls[I].Flags & CF_ScopeEnd) && Calls[I].Loc.File == At.File &&
               std::tie(Calls[I].Loc.Line, Calls[I].Loc.Column) <
                   std::tie(At.Line, At.Column)) {
      Outside = It->second.After[I];
    }
  }
  return holds(Inside.value_or(Outside), AtEntry);
}

/// Whether \p Invoker, called somewhere below \p From, can run the callable that
/// it was passed with the GIL as it was when \p From was entered.
bool GilFlow::reaches(FunctionIndex From, FunctionIndex Invoker,
                      unsigned Depth) const {
  if (From == Invoker) {
    llvm::ArrayRef<CallEdge> Calls = P.calls(From);
    bool Invokes = false;
    for (uint32_t I = 0; I < Calls.size(); ++I) {
      if (Calls[I].Kind != CallKind::Indirect &&
          (Calls[I].Callee == NoIndex ||
           !(P.entity(Calls[I].Callee).Flags & EF_CallOperator)))
        continue;
      Invokes = true;
      if (holds(From, I, /*AtEntry=*/true))
        return true;
    }
    return !Invokes;
  }
  if (!Depth)
    return true;
  bool Leads = false;
  for (const Edge &E : Graph.callees(From)) {
    if (E.Kind != EdgeKind::Call && E.Kind != EdgeKind::Virtual)
      continue;
    Leads = true;
    if (holds(From, E.Call - P.function(From).FirstCall, /*AtEntry=*/true) &&
        reaches(E.Callee, Invoker, Depth - 1))
      return true;
  }
  return !Leads;
}

bool GilFlow::carries(const Edge &E, bool AtEntry) const {
  if (!holds(E.Caller, E.Call - P.function(E.Caller).FirstCall, AtEntry))
    return false;
  if (E.Kind != EdgeKind::Passed || E.Detail == NoIndex || Known.empty())
    return true;
  // Run by whoever was given it: between the two the GIL may be released.
  const CallEdge &Call = P.summary().Calls[E.Call];
  FunctionIndex Given =
      Call.Callee == NoIndex ? NoIndex : P.body(Call.Callee, E.Caller);
  constexpr unsigned MaxDepth = 3;
  return Given == NoIndex || reaches(Given, E.Detail, MaxDepth);
}

} // namespace nostall
