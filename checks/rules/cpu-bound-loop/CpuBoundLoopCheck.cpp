//===- CpuBoundLoopCheck.cpp - nostall-cpu-bound-loop -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/cpu-bound-loop/CpuBoundLoopCheck.h"

#include "engine/check/FindingSink.h"
#include "model/Amounts.h"

#include <fmt/format.h>

namespace nostall {

static constexpr OptionDescriptor Options[] = {
    {"Budget", "1ms",
     "how much work may be done between two suspension points, by the "
     "estimate: a number with 'us', 'ms' or 's'"},
    {"Tier", "likely",
     "report from this tier on: 'always', 'likely' or 'rarely'"},
    {"HoldsGIL", "true",
     "whether to report functions of Python extensions that compute for long "
     "while they hold Python's GIL"},
};

static constexpr CheckDescriptor Descriptor = {
    "nostall-cpu-bound-loop",
    "finds computation on an event loop that runs long with no suspension "
    "point",
    /*OnByDefault=*/true, Options};

CpuBoundLoopCheck::CpuBoundLoopCheck() : Check(Descriptor) {}

/// "1ms", "200us", "0.5s"
static std::optional<uint64_t> nanosecondsFrom(llvm::StringRef Text) {
  double Unit = 0;
  if (Text.consume_back("us"))
    Unit = 1e3;
  else if (Text.consume_back("ms"))
    Unit = 1e6;
  else if (Text.consume_back("s"))
    Unit = 1e9;
  double Number = 0;
  if (Unit == 0 || Text.trim().getAsDouble(Number) || !(Number > 0) ||
      Number * Unit > 1e15)
    return std::nullopt;
  return static_cast<uint64_t>(Number * Unit);
}

std::string CpuBoundLoopCheck::configure(const CheckOptions &Given) {
  std::string Allowed = option(Given, "Budget");
  std::optional<uint64_t> Parsed = nanosecondsFrom(Allowed);
  if (!Parsed)
    return fmt::format("'{}' is not a duration: 500us, 1ms, 0.1s", Allowed);
  Budget = *Parsed;
  std::optional<Tier> T = tierFromName(option(Given, "Tier"));
  if (!T)
    return fmt::format("unknown tier '{}': rarely, likely or always",
                       option(Given, "Tier"));
  Lowest = *T;
  return readSwitch(Given, "HoldsGIL", WithGil);
}

/// "the size of 'x'", "data of unknown size"
static std::string sizeText(llvm::StringRef Bound) {
  return Bound.empty() ? std::string("data of unknown size")
                       : fmt::format("the size of '{}'", Bound);
}

static std::string busy(const std::string &Gil) {
  return Gil.empty() ? "keeps the event loop busy" : "computes for long" + Gil;
}

/// \p Gil is FindingSink::gilText(): where no loop waits but whoever wants the
/// GIL, suspending would not help.
CpuBoundLoopCheck::LoopText
CpuBoundLoopCheck::describe(const Solution &S, const HeavyLoop &L,
                            const std::string &Gil) const {
  const bool OnLoop = Gil.empty();
  const char *Unsuspended = OnLoop ? " without a suspension point" : "";
  const std::string Ends = OnLoop ? " and keeps the event loop busy" : Gil;
  if (L.Kind == HeavyKind::PassedSize)
    return {Tier::Likely,
            fmt::format("computes for an estimated {} with the size that is "
                        "passed",
                        roughDurationText(L.Cost)),
            Ends};
  llvm::ArrayRef<Loop> Loops = S.P.loops(L.In);
  llvm::StringRef Bound = S.P.string(Loops[L.Loop - 1].Bound);
  const Tier How = L.Certain ? Tier::Likely : Tier::Rarely;
  switch (L.Kind) {
  case HeavyKind::Endless: {
    std::string Never = OnLoop ? "never ends and has no suspension point"
                               : "never ends";
    return {Tier::Always, Never, Gil, "has a loop that " + Never};
  }
  case HeavyKind::Spins:
    return {Tier::Always,
            fmt::format("spins until another thread changes a variable{}",
                        OnLoop ? ", and the event loop with it" : ""),
            Gil};
  case HeavyKind::ManyRounds:
    return {How,
            fmt::format("makes {}{} rounds{} (an estimated {})",
                        L.Certain ? "" : "up to ", L.Rounds, Unsuspended,
                        roughDurationText(L.Cost)),
            Ends};
  case HeavyKind::SuperLinear:
    // Small sizes are common and nothing here shows the size.
    return {How,
            fmt::format("is quadratic in {} (an estimated {} from {} "
                        "elements on)",
                        sizeText(Bound), roughDurationText(Budget),
                        roughNumberText(L.Elements)),
            Ends};
  case HeavyKind::LongRounds:
    return {How,
            fmt::format("takes an estimated {} for each element of {}{}{}{}",
                        roughDurationText(L.Cost), Bound.empty() ? "" : "'",
                        Bound.empty() ? "its data" : Bound,
                        Bound.empty() ? "" : "'", Unsuspended),
            Ends};
  case HeavyKind::PassedSize:
    break;
  }
  return {Tier::Rarely, ""};
}

void CpuBoundLoopCheck::reportLoop(const Solution &S, FindingSink &Sink,
                                   const HeavyLoop &L) {
  std::string Gil = Sink.gilText(L.In, NoIndex);
  LoopText Text = describe(S, L, Gil);
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
      fmt::format("{}: it {}", busy(Gil),
                  Text.OfFunction.empty() ? Text.What : Text.OfFunction);
  R.SinkNote = fmt::format("this loop {}", Text.What);
  R.Suggestion = Sink.remedy(L.In, Category::Cpu, nullptr);
  Sink.add(R);
}

/// A call that makes its callee's loops long.
void CpuBoundLoopCheck::reportPassed(const Solution &S, FindingSink &Sink,
                                     const HeavyLoop &L) {
  const uint32_t Local = L.Call - S.P.function(L.In).FirstCall;
  std::string Gil = Sink.gilText(L.In, Local);
  LoopText Text = describe(S, L, Gil);
  if (Text.How < Lowest)
    return;
  const CallEdge &Call = S.P.summary().Calls[L.Call];
  Report R;
  R.In = L.In;
  R.Call = Local;
  R.Where = Call.Loc;
  R.What = {Category::Cpu, Text.How};
  R.SinkFunction = S.P.nameOf(Call.Callee).str();
  R.SinkIn = L.In;
  R.SinkAt = Call.Loc;
  std::string Callee = Sink.displayName(Call.Callee);
  R.Message = fmt::format("{} {}{}", Callee, Text.What, Text.Consequence);
  R.MessageFromCaller =
      fmt::format("{}: {} {}", busy(Gil), Callee, Text.What);
  R.SinkNote = fmt::format("calls {}, which {}", Callee, Text.What);
  R.Suggestion = Sink.remedy(L.In, Category::Cpu, nullptr);
  Sink.add(R);
}

/// What is to be said of a known call's cost; nothing where it is not known.
/// False when it is known to be within the budget.
bool CpuBoundLoopCheck::estimateCall(const Solution &S, const EffectSite &Site,
                                     LoopWork &Work, std::string &Text) const {
  const CallEdge &Call = S.P.summary().Calls[Site.SinkCall];
  const CostRule *Rule = S.P.cost(Call.Callee);
  if (!Rule)
    return true;
  const double Slowness = S.Machine.Slowness;
  if (std::optional<double> Known = Work.known(Site.SinkIn, Call)) {
    auto Nanoseconds = static_cast<uint64_t>(*Known * Slowness / 1'000);
    Text = fmt::format(" (an estimated {})", roughDurationText(Nanoseconds));
    return Nanoseconds > Budget;
  }
  auto Units = static_cast<uint64_t>(
      Rule->unitsFor(static_cast<double>(Budget) / Slowness));
  Text = fmt::format(" (an estimated {} from {} {} on)",
                     roughDurationText(Budget), roughNumberText(Units),
                     Units == 1 ? Rule->Unit : Rule->Unit + "s");
  return true;
}

void CpuBoundLoopCheck::reportCall(const Solution &S, FindingSink &Sink,
                                   const EffectSite &Site, LoopWork &Work) {
  std::string Estimated;
  if (!estimateCall(S, Site, Work, Estimated))
    return;
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
  std::string Why = Site.Rule->Why.empty() ? Estimated
                                           : ": it " + Site.Rule->Why + Estimated;
  std::string Sunk = Sink.displayName(SinkCall.Callee);
  std::string Gil = Sink.gilText(R.In, R.Call);
  R.Message = fmt::format("{} {}{}", Sunk, busy(Gil), Why);
  R.MessageFromCaller =
      Gil.empty()
          ? fmt::format("{} in {}{}", busy(Gil), Sunk, Why)
          : fmt::format("computes for long in {}{}{}", Sunk, Gil, Why);
  R.SinkNote = fmt::format("calls {}", Sunk);
  R.Suggestion = Sink.remedy(Site.In, Category::Cpu, Site.Function);
  R.Reference = Site.Function->Reference;
  Sink.add(R);
}

void CpuBoundLoopCheck::run(const Solution &S, FindingSink &Sink) {
  for (const HeavyLoop &L :
       findHeavyLoops(S.Values, S.Graph, S.Found,
                      {Budget, S.Machine.Slowness})) {
    if (!S.Where.isOnLoop(L.In))
      continue;
    const bool Passed = L.Kind == HeavyKind::PassedSize;
    const uint32_t Call =
        Passed ? L.Call - S.P.function(L.In).FirstCall : NoIndex;
    if (!WithGil && S.Where.holdsGil(L.In, Call))
      continue;
    if (Passed) {
      if (S.Where.isCallOnLoop(L.In, Call))
        reportPassed(S, Sink, L);
    } else if (S.Where.isLoopOnLoop(L.In, L.Loop)) {
      reportLoop(S, Sink, L);
    }
  }
  LoopWork Work(S.Values, S.Graph);
  for (const EffectSite &Site : S.Found.sites())
    if (Site.What.Kind == Category::Cpu && Site.What.Severity >= Lowest &&
        runsOnLoop(S, Site, WithGil))
      reportCall(S, Sink, Site, Work);
}

} // namespace nostall
