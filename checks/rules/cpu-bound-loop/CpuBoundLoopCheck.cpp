//===- CpuBoundLoopCheck.cpp - nostall-cpu-bound-loop -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/cpu-bound-loop/CpuBoundLoopCheck.h"

#include "engine/check/FindingSink.h"

#include <fmt/format.h>

namespace nostall {

static constexpr OptionDescriptor Options[] = {
    {"Rounds", "1000000",
     "how many rounds of constant loops may run between two suspension "
     "points; a call in a round counts as one more"},
    {"Tier", "likely",
     "report from this tier on: 'always', 'likely' or 'rarely'"},
};

static constexpr CheckDescriptor Descriptor = {
    "nostall-cpu-bound-loop",
    "finds computation on an event loop that runs long with no suspension "
    "point",
    /*OnByDefault=*/true, Options};

CpuBoundLoopCheck::CpuBoundLoopCheck() : Check(Descriptor) {}

std::string CpuBoundLoopCheck::configure(const CheckOptions &Given) {
  std::string Rounds = option(Given, "Rounds");
  if (llvm::StringRef(Rounds).getAsInteger(10, Budget))
    return fmt::format("'{}' is not a number of rounds", Rounds);
  std::optional<Tier> T = tierFromName(option(Given, "Tier"));
  if (!T)
    return fmt::format("unknown tier '{}': rarely, likely or always",
                       option(Given, "Tier"));
  Lowest = *T;
  return "";
}

namespace {
struct LoopText {
  Tier How;
  std::string What; ///< "this loop ..."
  /// What comes after that, and what a function does that has the loop, where
  /// these differ.
  std::string Consequence = " and keeps the event loop busy";
  std::string OfFunction = "";
};
} // namespace

static LoopText describe(const Solution &S, const HeavyLoop &L) {
  llvm::ArrayRef<Loop> Loops = S.P.loops(L.In);
  std::string Bound = S.P.string(Loops[L.Loop - 1].Bound).str();
  switch (L.Kind) {
  case HeavyKind::Endless:
    return {Tier::Always, "never ends and has no suspension point", "",
            "has a loop that never ends and has no suspension point"};
  case HeavyKind::Spins:
    return {Tier::Always,
            "spins until another thread changes a variable, and the event loop "
            "with it",
            ""};
  case HeavyKind::ManyRounds:
    return {L.Certain ? Tier::Likely : Tier::Rarely,
            fmt::format("makes {}{} rounds without a suspension point",
                        L.Certain ? "" : "up to ", L.Rounds)};
  case HeavyKind::SuperLinear:
    // Small sizes are common and nothing here shows the size.
    return {L.Certain ? Tier::Likely : Tier::Rarely,
            Bound.empty()
                ? std::string("is quadratic in data of unknown size")
                : fmt::format("is quadratic in the size of '{}'", Bound)};
  }
  return {Tier::Rarely, ""};
}

void CpuBoundLoopCheck::reportLoop(const Solution &S, FindingSink &Sink,
                                   const HeavyLoop &L) {
  LoopText Text = describe(S, L);
  if (Text.How < Lowest)
    return;
  Location At = S.P.loops(L.In)[L.Loop - 1].Loc;
  Report R;
  R.In = L.In;
  R.Where = At;
  R.What = {Category::Cpu, Text.How};
  R.SinkFunction = "loop";
  R.SinkIn = L.In;
  R.SinkAt = At;
  R.Message = fmt::format("this loop {}{}", Text.What, Text.Consequence);
  R.MessageFromCaller =
      fmt::format("keeps the event loop busy: it {}",
                  Text.OfFunction.empty() ? Text.What : Text.OfFunction);
  R.SinkNote = fmt::format("this loop {}", Text.What);
  R.Suggestion = Sink.remedy(L.In, Category::Cpu, nullptr);
  Sink.add(R);
}

void CpuBoundLoopCheck::reportCall(const Solution &S, FindingSink &Sink,
                                   const EffectSite &Site) {
  const CallEdge &SinkCall = S.P.summary().Calls[Site.SinkCall];
  Report R;
  R.In = Site.In;
  R.Call = Site.Call - S.P.function(Site.In).FirstCall;
  R.Where = S.P.summary().Calls[Site.Call].Loc;
  R.What = Site.What;
  R.Sure = Site.Sure;
  R.SinkFunction = S.P.nameOf(SinkCall.Callee).str();
  R.SinkIn = Site.SinkIn;
  R.SinkAt = SinkCall.Loc;
  R.Down = Site.Down;
  std::string Why =
      Site.Rule->Why.empty() ? std::string() : ": it " + Site.Rule->Why;
  std::string Sunk = Sink.displayName(SinkCall.Callee);
  R.Message = fmt::format("{} keeps the event loop busy{}", Sunk, Why);
  R.MessageFromCaller =
      fmt::format("keeps the event loop busy in {}{}", Sunk, Why);
  R.SinkNote = fmt::format("calls {}", Sunk);
  R.Suggestion = Sink.remedy(Site.In, Category::Cpu, Site.Function);
  R.Reference = Site.Function->Reference;
  Sink.add(R);
}

void CpuBoundLoopCheck::run(const Solution &S, FindingSink &Sink) {
  for (const HeavyLoop &L : findHeavyLoops(S.Values, S.Graph, S.Found, Budget))
    if (S.Where.isOnLoop(L.In) && S.Where.isLoopOnLoop(L.In, L.Loop))
      reportLoop(S, Sink, L);
  for (const EffectSite &Site : S.Found.sites())
    if (Site.What.Kind == Category::Cpu && Site.What.Severity >= Lowest &&
        S.Where.isOnLoop(Site.In) &&
        S.Where.isCallOnLoop(Site.In,
                             Site.Call - S.P.function(Site.In).FirstCall))
      reportCall(S, Sink, Site);
}

} // namespace nostall
