//===- FindingSink.cpp - where checks put findings --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/FindingSink.h"

#include "engine/check/Fingerprints.h"
#include "engine/check/Fixes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

#include <tuple>

namespace nostall {

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

const Root &FindingSink::rootOf(FunctionIndex F) const {
  return S.Where.roots()[S.Where.witness(F).Root];
}

std::string FindingSink::remedy(FunctionIndex F, Category C,
                                const FunctionKnowledge *Function) const {
  const LibraryKnowledge *Framework = rootOf(F).Framework;
  if (Function && Framework)
    if (auto It = Function->UseInstead.find(Framework->Id);
        It != Function->UseInstead.end())
      return It->second;
  // What to do on a loop helps nobody who holds the GIL.
  if (Function && rootOf(F).Kind != RootKind::HoldsGIL)
    if (auto It = Function->UseInstead.find("");
        It != Function->UseInstead.end())
      return It->second;
  if (Framework)
    if (auto It = Framework->Remedies.find(C); It != Framework->Remedies.end())
      return It->second;
  if (const LibraryKnowledge *Generic = S.P.knowledge().library("generic"))
    if (auto It = Generic->Remedies.find(C); It != Generic->Remedies.end())
      return It->second;
  return "";
}

std::string FindingSink::gilText(FunctionIndex F, uint32_t Call) const {
  return S.Where.holdsGil(F, Call)
             ? " while it holds Python's GIL, and no other Python thread runs"
             : "";
}

//===----------------------------------------------------------------------===//
// Roots and sinks
//===----------------------------------------------------------------------===//

/// Where the project's code makes the call; a sink deep in a library is shown
/// at the call that enters the library.
Place FindingSink::sinkPlace(const Report &R) const {
  FunctionIndex F = R.SinkIn;
  Location At = R.SinkAt;
  for (uint32_t Index : llvm::reverse(R.Down)) {
    if (!(S.P.function(F).Flags & FF_External))
      return place(F, At);
    const Edge &E = S.Graph.edges()[Index];
    F = E.Caller;
    At = S.P.summary().Calls[E.Call].Loc;
  }
  const Witness *Way = &S.Where.witness(R.In, R.Call);
  while ((S.P.function(F).Flags & FF_External) && Way->Via != NoIndex) {
    const Edge &E = S.Graph.edges()[Way->Via];
    F = E.Caller;
    At = S.P.summary().Calls[E.Call].Loc;
    Way = &S.Where.at(Way->From);
  }
  return place(F, At);
}

static bool samePlace(const Place &A, const Place &B) {
  return A.File == B.File && A.Line == B.Line && A.Column == B.Column;
}

/// Every root from which \p R.In is reached, as the call in the root that
/// leads there.
std::vector<FindingSink::WayIn> FindingSink::rootsOf(const Report &R) const {
  std::vector<WayIn> Found;
  llvm::DenseSet<FunctionIndex> Seen = {R.In};
  // With the call that leads on: a way in that passes a constant which
  // excludes it is none.
  llvm::SmallVector<std::pair<FunctionIndex, uint32_t>, 16> Work = {
      {R.In, R.Call}};
  constexpr size_t MaxRoots = 100;
  const bool WithGil = S.Where.holdsGil(R.In, R.Call);
  if (S.Where.witness(R.In, R.Call).Via == NoIndex)
    Found.push_back(
        {place(R.In, R.Where),
         R.Down.empty() ? NoIndex : S.Graph.edges()[R.Down.front()].Callee});
  while (!Work.empty() && Found.size() < MaxRoots) {
    auto [F, Onward] = Work.pop_back_val();
    if (S.P.isCoroutine(F))
      continue;
    // A handler is a root: its dispatcher is not one more way in.
    bool IsHandler =
        S.Where.witness(F).Via == NoIndex && rootOf(F).Dispatch != NoIndex;
    for (uint32_t Index : S.Graph.callers(F)) {
      const Edge &E = S.Graph.edges()[Index];
      if (IsHandler &&
          (E.Kind == EdgeKind::Stored || E.Kind == EdgeKind::Virtual))
        continue;
      uint32_t Local = E.Call - S.P.function(E.Caller).FirstCall;
      const Witness *Way = S.Where.wayTo(E.Caller, Local, WithGil);
      if (!Way || (WithGil && !S.Where.carriesGil(E)) ||
          (Onward != NoIndex && S.Where.excludes(E, Onward)))
        continue;
      // A handler is the root of its own loop's findings.
      if ((WithGil ? *Way : S.Where.witness(E.Caller)).Via == NoIndex) {
        Place At = place(E.Caller, S.P.summary().Calls[E.Call].Loc);
        if (llvm::none_of(Found, [&](const WayIn &Known) {
              return samePlace(Known.Root, At);
            }))
          Found.push_back({std::move(At), F});
      }
      if (Seen.insert(E.Caller).second)
        Work.push_back({E.Caller, Local});
    }
  }
  llvm::sort(Found, [](const WayIn &A, const WayIn &B) {
    return std::tie(A.Root.File, A.Root.Line, A.Root.Column) <
           std::tie(B.Root.File, B.Root.Line, B.Root.Column);
  });
  return Found;
}

//===----------------------------------------------------------------------===//
// Adding
//===----------------------------------------------------------------------===//

/// Ways on which more than this must come together are guesses; chosen on
/// reviewed findings of real programs (docs/adr/0010).
static constexpr uint32_t MaxCost = 32;

/// Only of a call that itself blocks, in the coroutine that makes it.
std::optional<Fix> FindingSink::fixOf(const Report &R) const {
  if (R.Call == NoIndex || R.SinkIn != R.In || !R.Down.empty() ||
      rootOf(R.In).Kind != RootKind::Coroutine)
    return std::nullopt;
  const CallEdge &Call = S.P.calls(R.In)[R.Call];
  if (Call.Callee == NoIndex || !(Call.Loc == R.SinkAt) ||
      S.P.nameOf(Call.Callee) != R.SinkFunction)
    return std::nullopt;
  return findFix(S, R.In, R.Call, DisplayPath);
}

/// Everything but ways and roots.
Finding FindingSink::describe(const Report &R, const Witness &Way) const {
  const Root &Rt = S.Where.roots()[Way.Root];
  Finding F;
  F.Check = Current->Name.str();
  F.ContextKind = Rt.Kind;
  F.Context = place(Rt.Function, Rt.Kind == RootKind::Loop
                                     ? S.P.loops(Rt.Function)[Rt.Loop - 1].Loc
                                     : S.P.function(Rt.Function).Loc);
  F.Kind = R.What.Kind;
  F.How = R.What.Severity;
  F.Cost = Way.Cost + R.Cost;
  if (R.Down.empty() && R.Call != NoIndex)
    F.Cost += S.Where.costOf(R.In, R.Call);
  for (uint32_t Index : R.Down)
    F.Cost += S.Where.costOf(S.Graph.edges()[Index]);
  F.Sure = static_cast<FindingConfidence>(
      F.Cost > MaxCost ? Confidence::Low : std::min(R.Sure, Way.Sure));
  F.Level = R.Level == Severity::Error && F.Sure != FindingConfidence::High
                ? Severity::Warning
                : R.Level;
  F.SinkFunction = R.SinkFunction;
  F.Sink = sinkPlace(R);
  F.Suggestion = R.Suggestion;
  F.Reference = R.Reference;
  if (F.Sure != FindingConfidence::Low)
    F.Mend = fixOf(R);
  return F;
}

/// From the call in \p R to its sink, and what comes after.
void FindingSink::appendSink(Trace &T, const Report &R,
                             const Place &Sink) const {
  for (uint32_t Index : R.Down)
    appendEdge(T, S.Graph.edges()[Index]);
  T.push_back({Sink, R.SinkNote});
  llvm::append_range(T, R.Extra);
}

/// The call in the root of \p Way that leads to the sink.
FindingSink::WayIn FindingSink::wayIn(const Report &R,
                                      const Witness &Way) const {
  FunctionIndex At = R.In;
  Location Where = R.Where;
  FunctionIndex First =
      R.Down.empty() ? NoIndex : S.Graph.edges()[R.Down.front()].Callee;
  for (const Witness *W = &Way; W->Via != NoIndex; W = &S.Where.at(W->From)) {
    const Edge &E = S.Graph.edges()[W->Via];
    First = At;
    At = E.Caller;
    Where = S.P.summary().Calls[E.Call].Loc;
  }
  return {place(At, Where), First};
}

void FindingSink::add(const Report &R) {
  assert(Current && "add() outside of run()");
  if (!S.Where.isOnLoop(R.In))
    return;
  const Witness &Way = S.Where.witness(R.In, R.Call);
  Finding F = describe(R, Way);
  F.Way = Text.traceTo(Way);
  appendSink(F.Way, R, F.Sink);

  auto MessageAt = [&](FunctionIndex Callee) {
    return Callee == NoIndex ? R.Message
                             : fmt::format("'{}' {}", functionName(Callee),
                                           R.MessageFromCaller);
  };
  WayIn Best = wayIn(R, Way);
  F.Where = Best.Root;
  F.Message = MessageAt(Best.Callee);
  std::vector<WayIn> Ways = rootsOf(R);
  if (llvm::none_of(Ways,
                    [&](const WayIn &W) { return samePlace(W.Root, F.Where); }))
    Ways.insert(Ways.begin(), std::move(Best));
  for (WayIn &W : Ways) {
    F.RootMessages.push_back(MessageAt(W.Callee));
    F.Roots.push_back(std::move(W.Root));
  }
  std::string Key = R.GroupKey.empty()
                        ? std::string()
                        : fmt::format("{}/{}", Current->Name.str(), R.GroupKey);
  Trace WayElsewhere;
  appendSink(WayElsewhere, R, F.Sink);
  Entries.push_back(
      {std::move(F), std::move(Key), std::move(WayElsewhere), R.Supersedes});
}

void FindingSink::add(Remark R) {
  assert(Current && "add() outside of run()");
  Finding F;
  F.Check = Current->Name.str();
  F.Message = std::move(R.Message);
  F.Where = F.Context = F.Sink = std::move(R.At);
  F.ContextKind = RootKind::Annotated;
  F.Kind = R.What.Kind;
  F.How = R.What.Severity;
  F.SinkFunction = std::move(R.Subject);
  F.Way = std::move(R.Way);
  F.Roots = {F.Where};
  F.RootMessages = {F.Message};
  F.Suggestion = std::move(R.Suggestion);
  Entries.push_back({std::move(F), "", {}, false});
}

void FindingSink::visit(llvm::function_ref<void(const Finding &)> See) const {
  for (const FoundEntry &E : Entries)
    See(E.F);
}

std::vector<Finding>
FindingSink::take(llvm::function_ref<bool(Finding &)> Keep) {
  // Each by itself, so that accepting one does not hide others of its group.
  llvm::erase_if(Entries, [&](FoundEntry &E) {
    Place Before = E.F.Where;
    if (!Keep(E.F))
      return true;
    if (samePlace(E.F.Where, Before))
      return false;
    for (size_t I = 0; I < E.F.Roots.size(); ++I)
      if (samePlace(E.F.Roots[I], E.F.Where))
        E.F.Message = E.F.RootMessages[I];
    E.F.Way = std::move(E.WayElsewhere);
    return false;
  });
  std::vector<Finding> Out = groupFindings(std::move(Entries));
  Entries.clear();
  giveFingerprints(Out);
  return Out;
}

} // namespace nostall
