//===- LoopDeadlockCheck.cpp - nostall-loop-deadlock ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/loop-deadlock/LoopDeadlockCheck.h"

#include "engine/check/FindingSink.h"
#include "engine/solve/LoopDeadlocks.h"

#include <fmt/format.h>

namespace nostall {

static constexpr OptionDescriptor Options[] = {
    {"NestedLoops", "false",
     "report loops that are run inside of a callback and go on serving, too"},
};
static constexpr CheckDescriptor Descriptor = {
    "nostall-loop-deadlock",
    "finds waits on an event loop for what only that loop can do",
    /*OnByDefault=*/true, Options};

LoopDeadlockCheck::LoopDeadlockCheck() : Check(Descriptor) {}

std::string LoopDeadlockCheck::configure(const CheckOptions &Given) {
  std::string Text = option(Given, "NestedLoops");
  if (Text != "true" && Text != "false")
    return fmt::format("NestedLoops is 'true' or 'false', not '{}'", Text);
  NestedLoops = Text == "true";
  return "";
}

/// What the call waits for, as "it waits for ...".
static std::string waitsFor(const Solution &S, const FindingSink &Sink,
                            const LoopDeadlock &D) {
  auto CalleeOf = [&](uint32_t Call) {
    return Sink.displayName(S.P.summary().Calls[Call].Callee);
  };
  switch (D.Kind) {
  case DeadlockKind::Result:
    return fmt::format("the result of {}, which only this loop can bring about",
                       CalleeOf(D.Given));
  case DeadlockKind::Callable:
    return fmt::format("'{}', which only this loop can run",
                       Sink.functionName(D.Body));
  case DeadlockKind::Fulfilled:
    return fmt::format("{} in '{}', which only this loop can run",
                       CalleeOf(D.Done),
                       Sink.functionName(S.P.functionOfCall(D.Done)));
  case DeadlockKind::Task:
    return fmt::format("'{}', which only this loop can resume",
                       Sink.functionName(D.Body));
  case DeadlockKind::Thread:
    return fmt::format("'{}', which itself waits for this loop",
                       Sink.functionName(D.Body));
  case DeadlockKind::Reentry:
    break;
  }
  return "";
}

/// Where the loop is given the work, and where it would be done.
static Trace whyOnlyTheLoop(const Solution &S, const FindingSink &Sink,
                            const LoopDeadlock &D) {
  Trace Steps;
  auto Add = [&](uint32_t Call, std::string Note) {
    if (Call == NoIndex)
      return;
    FunctionIndex In = S.P.functionOfCall(Call);
    Steps.push_back(
        {Sink.place(In, S.P.summary().Calls[Call].Loc), std::move(Note)});
  };
  auto Name = [&](uint32_t Call) {
    EntityIndex Callee =
        Call == NoIndex ? NoIndex : S.P.summary().Calls[Call].Callee;
    return Callee == NoIndex ? std::string() : Sink.displayName(Callee);
  };
  switch (D.Kind) {
  case DeadlockKind::Result:
    Add(D.Given, fmt::format("{} gives the work to this loop here",
                             Name(D.Given)));
    break;
  case DeadlockKind::Callable:
    Add(D.Given, fmt::format("it is given to this loop by {} here",
                             Name(D.Given)));
    break;
  case DeadlockKind::Fulfilled:
    Add(D.Given, fmt::format("{} gives the work to this loop here",
                             Name(D.Given)));
    Add(D.Done, fmt::format("{} would end the wait here, after this turn of "
                            "the loop",
                            Name(D.Done)));
    break;
  case DeadlockKind::Task:
    Add(D.Done, "the coroutine suspends here until this loop resumes it");
    break;
  case DeadlockKind::Thread:
    Add(D.Given, fmt::format("{} gives the work to this loop here",
                             Name(D.Given)));
    Add(D.Done, fmt::format("the thread waits for it in {} here",
                            Name(D.Done)));
    break;
  case DeadlockKind::Reentry:
    break;
  }
  return Steps;
}

static void addDeadlock(const Solution &S, FindingSink &Sink,
                        const LoopDeadlock &D) {
  const CallEdge &SinkCall = S.P.summary().Calls[D.Site->SinkCall];
  std::string Sunk = Sink.displayName(SinkCall.Callee);
  bool Certain = D.Sure == Confidence::High;
  Report R;
  R.In = D.In;
  R.Call = D.Call - S.P.function(D.In).FirstCall;
  R.Where = S.P.summary().Calls[D.Call].Loc;
  R.What = D.Site->What;
  // `async(f).get()`: the call that is written says it better than the
  // destructor of its result.
  if (SinkCall.Flags & CF_Implicit)
    R.What.Severity = std::min(R.What.Severity, Tier::Likely);
  R.Sure = D.Sure;
  R.Level = Severity::Error;
  R.Supersedes = true;
  R.SinkFunction = S.P.nameOf(SinkCall.Callee).str();
  R.SinkIn = D.Site->SinkIn;
  R.SinkAt = SinkCall.Loc;
  R.Down = D.Down;
  if (D.Kind == DeadlockKind::Reentry) {
    const std::string &Why = D.Site->Rule->Reenters->Why;
    R.Message = fmt::format("{} runs the event loop inside of itself: it {}",
                            Sunk, Why);
    R.MessageFromCaller = fmt::format(
        "runs the event loop inside of itself in {}: it {}", Sunk, Why);
  } else {
    const char *Verb = Certain ? "deadlocks" : "may deadlock";
    std::string For = waitsFor(S, Sink, D);
    R.Message =
        fmt::format("{} {} the event loop: it waits for {}", Sunk, Verb, For);
    R.MessageFromCaller = fmt::format("{} the event loop in {}: it waits for {}",
                                      Verb, Sunk, For);
  }
  R.SinkNote = fmt::format(
      "{} {}", SinkCall.Flags & CF_Implicit ? "implicitly calls" : "calls",
      Sunk);
  R.Extra = whyOnlyTheLoop(S, Sink, D);
  R.Suggestion = Sink.remedy(D.In, Category::Wait, D.Site->Function);
  R.Reference = D.Site->Function->Reference;
  Sink.add(R);
}

void LoopDeadlockCheck::addNestedLoops(const Solution &S,
                                       FindingSink &Sink) const {
  for (FunctionIndex F = 0; F < S.P.numFunctions(); ++F) {
    if (!S.Where.isOnLoop(F))
      continue;
    for (uint32_t I = 0; I < S.P.calls(F).size(); ++I) {
      const CallEdge &Call = S.P.calls(F)[I];
      const FunctionKnowledge *K =
          Call.Callee == NoIndex ? nullptr : S.P.knowledge(Call.Callee);
      if (!K || !K->NestsLoop || !S.Where.isCallOnLoop(F, I))
        continue;
      std::string Name = Sink.displayName(Call.Callee);
      Report R;
      R.In = R.SinkIn = F;
      R.Call = I;
      R.Where = R.SinkAt = Call.Loc;
      R.What = {Category::Wait, Tier::Likely};
      R.SinkFunction = S.P.nameOf(Call.Callee).str();
      R.Message = fmt::format(
          "{} runs a nested loop inside of a callback: other callbacks run "
          "before it returns",
          Name);
      R.MessageFromCaller = fmt::format(
          "runs a nested loop inside of a callback in {}: other callbacks run "
          "before it returns",
          Name);
      R.SinkNote = fmt::format("calls {}", Name);
      R.Suggestion = Sink.remedy(F, Category::Wait, K);
      R.Reference = K->Reference;
      Sink.add(R);
    }
  }
}

void LoopDeadlockCheck::run(const Solution &S, FindingSink &Sink) {
  for (const LoopDeadlock &D : findLoopDeadlocks(S))
    addDeadlock(S, Sink, D);
  if (NestedLoops)
    addNestedLoops(S, Sink);
}

} // namespace nostall
