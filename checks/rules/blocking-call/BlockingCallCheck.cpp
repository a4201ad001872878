//===- BlockingCallCheck.cpp - nostall-blocking-call ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/blocking-call/BlockingCallCheck.h"

#include "engine/check/FindingSink.h"
#include "model/Amounts.h"
#include "engine/solve/Conditions.h"

#include "llvm/ADT/SmallVector.h"

#include <fmt/format.h>

namespace nostall {

static constexpr OptionDescriptor Options[] = {
    {"Categories",
     "file,socket,dns,sleep,lock,wait,process,ipc,database,stdio,loader,auth,"
     "device",
     "what to report, separated by commas"},
    {"Tier", "likely",
     "report from this tier on: 'always', 'likely' or 'rarely'"},
    {"HoldsGIL", "true",
     "whether to report functions of Python extensions that block while they "
     "hold Python's GIL"},
};

static constexpr CheckDescriptor Descriptor = {
    "nostall-blocking-call",
    "finds calls on an event loop that make its thread wait",
    /*OnByDefault=*/true, Options};

BlockingCallCheck::BlockingCallCheck() : Check(Descriptor) {}

static std::string categoryNames() {
  std::string Text;
  for (unsigned C = 0; C < NumCategories; ++C)
    Text += fmt::format("{}{}",
                        C == 0                   ? ""
                        : C + 1 < NumCategories ? ", "
                                                 : " or ",
                        name(static_cast<Category>(C)));
  return Text;
}

std::string BlockingCallCheck::configure(const CheckOptions &Given) {
  llvm::SmallVector<llvm::StringRef, 16> Names;
  std::string Text = option(Given, "Categories");
  llvm::StringRef(Text).split(Names, ',', -1, /*KeepEmpty=*/false);
  Categories = 0;
  for (llvm::StringRef Name : Names) {
    std::optional<Category> C = categoryFromName(std::string_view(Name.trim()));
    if (!C)
      return fmt::format("unknown category '{}': {}", Name.trim().str(),
                         categoryNames());
    Categories |= 1u << static_cast<unsigned>(*C);
  }
  std::optional<Tier> T = tierFromName(option(Given, "Tier"));
  if (!T)
    return fmt::format("unknown tier '{}': rarely, likely or always",
                       option(Given, "Tier"));
  Lowest = *T;
  return readSwitch(Given, "HoldsGIL", WithGil);
}

/// The constructor call that made a local variable.
static std::optional<uint32_t> maker(const Program &P, FunctionIndex In,
                                     llvm::ArrayRef<Value> Object) {
  if (Object.size() != 1 || Object[0].Kind != ValueKind::Local)
    return std::nullopt;
  const FunctionSummary &Fn = P.function(In);
  for (uint32_t I = 0; I < Fn.NumFlows; ++I) {
    const Flow &Put = P.summary().Flows[Fn.FirstFlow + I];
    if (Put.Target != FlowTarget::Local || Put.Index != Object[0].Data)
      continue;
    for (const Value &V : P.values(Put)) {
      if (V.Kind != ValueKind::Result)
        continue;
      uint32_t Call = Fn.FirstCall + static_cast<uint32_t>(V.Data);
      EntityIndex Callee = P.summary().Calls[Call].Callee;
      if (Callee != NoIndex && (P.entity(Callee).Flags & EF_Constructor))
        return Call;
    }
  }
  return std::nullopt;
}

/// The object that the call works on, so that opening, reading and closing one
/// file are one finding. Empty when it is none that has a history.
static std::string objectKey(const Solution &S, const EffectSite &Site) {
  constexpr uint32_t Files = T_FileStream | T_ConsoleStream | T_RegularFile;
  // What a helper was given decides: `print(out)` writes to the caller's file.
  bool Given = !Site.Down.empty();
  const CallEdge &Call =
      S.P.summary().Calls[Given ? Site.Call : Site.SinkCall];
  FunctionIndex In = Given ? Site.In : Site.SinkIn;
  // A constructor makes the object, whatever it is made from.
  if (!Given && (S.P.entity(Call.Callee).Flags & EF_Constructor))
    return fmt::format("made:{}", Site.SinkCall);
  // What the effect depends on, a stream, say, is the object; or what is known
  // to be a file.
  llvm::SmallVector<unsigned, 4> Objects;
  for (const auto *Conditions : {&Site.Rule->When, &Site.Rule->Unless})
    for (const Condition &C : *Conditions)
      if (!Given && C.Test == Condition::Predicate::Is && (C.Traits & Files))
        llvm::append_range(Objects, S.Values.positions(Call, C.Subject));
  for (unsigned Arg = 0; Arg < Call.NumArgs; ++Arg)
    if (traitsOf(S.Values, In, S.P.argument(Call, Arg)).Traits & Files)
      Objects.push_back(Arg);
  for (unsigned Arg : Objects) {
    llvm::ArrayRef<Value> Values = S.P.argument(Call, Arg);
    if (std::optional<uint32_t> Made = maker(S.P, In, Values))
      return fmt::format("made:{}", *Made);
    OriginList Origins = S.Values.resolve(In, Values);
    if (Origins.size() != 1)
      return "";
    const Origin &O = Origins.front();
    if (O.Call != NoIndex)
      return fmt::format("made:{}", O.Call);
    if (O.Kind == OriginKind::Slot || O.Kind == OriginKind::Param)
      return fmt::format("{}:{}:{}", In, static_cast<int>(O.Kind), O.Data);
  }
  // The call that makes the object.
  return fmt::format("made:{}", Site.SinkCall);
}

/// Whether the holder can hold the mutex while the loop waits for it: on
/// another thread, or suspended. What only runs on the loop itself cannot, nor
/// what the main thread does before it runs the loop.
static bool canRunMeanwhile(const Solution &S, const SlowHolder &Holder) {
  const CallEdge &Call = S.P.summary().Calls[Holder.Call];
  uint8_t Bits = S.Where.bits(Holder.In);
  return Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield ||
         Bits == EC_Unknown || (Bits & ~(EC_EventLoop | EC_Main));
}

static std::string holderText(const Solution &S, const SlowHolder &Holder) {
  const CallEdge &Call = S.P.summary().Calls[Holder.Call];
  if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield)
    return "suspends while it holds the mutex";
  if (Call.Callee == NoIndex)
    return "blocks while it holds the mutex";
  return fmt::format("calls '{}' while it holds the mutex",
                     S.P.nameOf(Call.Callee).str());
}

/// " (4.1 ms on this machine, up to 12 ms)", or nothing.
static std::string measuredText(const MachineCosts &Machine,
                                const FunctionKnowledge &Function) {
  auto It = Machine.Calls.find(Function.Measured);
  if (Function.Measured.empty() || It == Machine.Calls.end())
    return "";
  const MeasuredCost &Cost = It->second;
  if (Cost.Worst <= Cost.Median)
    return fmt::format(" ({} on this machine)", durationText(Cost.Median));
  return fmt::format(" ({} on this machine, up to {})",
                     durationText(Cost.Median), durationText(Cost.Worst));
}

void BlockingCallCheck::report(const Solution &S, FindingSink &Sink,
                               const EffectSite &Site) {
  const FunctionSummary &Fn = S.P.function(Site.In);
  const CallEdge &Call = S.P.summary().Calls[Site.Call];
  const CallEdge &SinkCall = S.P.summary().Calls[Site.SinkCall];
  Report R;
  R.In = Site.In;
  R.Call = Site.Call - Fn.FirstCall;
  R.Where = Call.Loc;
  R.What = Site.What;
  R.Sure = Site.Sure;
  R.SinkFunction = S.P.nameOf(SinkCall.Callee).str();
  R.SinkIn = Site.SinkIn;
  R.SinkAt = SinkCall.Loc;
  R.Down = Site.Down;

  if (Site.What.Kind == Category::Lock)
    if (std::optional<SlotIndex> Mutex = S.Held.mutexOf(Site.SinkCall))
      if (const SlowHolder *Holder = S.Held.slowHolder(*Mutex);
          Holder && Holder->Acquire != Site.SinkCall &&
          canRunMeanwhile(S, *Holder)) {
        // Somebody keeps it for long.
        R.What.Severity = std::max(R.What.Severity, Tier::Likely);
        R.Extra.push_back({Sink.place(Holder->In,
                                      S.P.summary().Calls[Holder->Acquire].Loc),
                           "the mutex is locked here as well"});
        R.Extra.push_back({Sink.place(Holder->In,
                                      S.P.summary().Calls[Holder->Call].Loc),
                           "and " + holderText(S, *Holder)});
      }
  if (R.What.Severity < Lowest)
    return;

  const char *Blocks = R.What.Severity == Tier::Always ? "blocks" : "may block";
  std::string Why =
      Site.Rule->Why.empty() ? std::string() : ": it " + Site.Rule->Why;
  std::string Sunk = Sink.displayName(SinkCall.Callee);
  std::string Gil = Sink.gilText(R.In, R.Call);
  const char *What = Gil.empty() ? " the event loop" : "";
  R.Message = fmt::format("{} {}{}{}{}", Sunk, Blocks, What, Gil, Why);
  R.MessageFromCaller =
      fmt::format("{}{} in {}{}{}", Blocks, What, Sunk, Gil, Why);
  bool Implicit = SinkCall.Flags & CF_Implicit;
  R.SinkNote =
      fmt::format("{} {}{}", Implicit ? "implicitly calls" : "calls", Sunk,
                  measuredText(S.Machine, *Site.Function));
  R.Suggestion = Sink.remedy(Site.In, Site.What.Kind, Site.Function);
  R.Reference = Site.Function->Reference;
  // One write of many finds the buffer full; a flush beside it always waits.
  constexpr uint32_t FullBuffer = 4;
  if (Site.Rule->Buffer)
    R.Cost = FullBuffer;
  if (std::string Key = objectKey(S, Site); !Key.empty())
    R.GroupKey = fmt::format("{}/{}", name(Site.What.Kind), Key);
  Sink.add(R);
}

void BlockingCallCheck::run(const Solution &S, FindingSink &Sink) {
  for (const EffectSite &Site : S.Found.sites()) {
    if (!(Categories & 1u << static_cast<unsigned>(Site.What.Kind)))
      continue;
    if (!runsOnLoop(S, Site, WithGil))
      continue;
    report(S, Sink, Site);
  }
}

} // namespace nostall
