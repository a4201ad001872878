//===- FindingSink.cpp - where checks put findings --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/FindingSink.h"

#include "engine/check/Fixes.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace nostall {

//===----------------------------------------------------------------------===//
// Names and places
//===----------------------------------------------------------------------===//

std::string FindingSink::functionName(FunctionIndex F) const {
  const FunctionSummary &Fn = S.P.function(F);
  std::string Name = S.P.nameOf(Fn).str();
  if (Fn.Flags & FF_Lambda) {
    llvm::StringRef Rest = Name;
    Rest.consume_back("lambda");
    Rest.consume_back("::");
    return Rest.empty() ? "lambda" : "lambda in " + Rest.str();
  }
  return Name;
}

Place FindingSink::place(FunctionIndex F, const Location &At) const {
  return {F == NoIndex ? "" : functionName(F), DisplayPath(S.P.file(At.File)),
          At.Line, At.Column};
}

std::string FindingSink::displayName(EntityIndex E) const {
  llvm::StringRef Name = S.P.nameOf(E);
  uint32_t Flags = S.P.entity(E).Flags;
  if (Flags & (EF_Constructor | EF_Destructor))
    return fmt::format("the {} of '{}'",
                       Flags & EF_Constructor ? "constructor" : "destructor",
                       Name.rsplit("::").first.str());
  return fmt::format("'{}'", Name.str());
}

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
// Traces
//===----------------------------------------------------------------------===//

TraceStep FindingSink::rootStep(const Root &R) const {
  const FunctionSummary &Fn = S.P.function(R.Function);
  std::string Name = functionName(R.Function);
  TraceStep Step;
  Step.Where = place(R.Function, Fn.Loc);
  switch (R.Kind) {
  case RootKind::Coroutine:
    Step.Note = fmt::format("'{}' is a coroutine", Name);
    if (R.Sure != Confidence::High && R.Call == NoIndex)
      Step.Note += "; where it is started is not known, an event loop is "
                   "assumed";
    break;
  case RootKind::Callback:
    Step.Note = fmt::format("'{}' runs on the event loop", Name);
    break;
  case RootKind::Override:
    Step.Note = fmt::format("'{}' overrides '{}', which runs on the event loop",
                            Name, R.Rule->Name);
    break;
  case RootKind::Loop:
    Step.Where = place(R.Function, S.P.loops(R.Function)[R.Loop - 1].Loc);
    Step.Note = fmt::format("this loop of '{}' is an event loop", Name);
    break;
  case RootKind::Awaiter:
    Step.Note = fmt::format("'{}' is called by co_await", Name);
    break;
  case RootKind::Annotated:
    Step.Note = fmt::format("'{}' is declared to run on the event loop", Name);
    break;
  case RootKind::HoldsGIL:
    if (R.TakesGil) {
      Step.Where = place(R.Function, S.P.summary().Calls[R.Call].Loc);
      Step.Note = fmt::format("'{}' takes Python's GIL here", Name);
    } else {
      Step.Note =
          fmt::format("Python calls '{}', which holds the GIL", Name);
    }
    break;
  }
  return Step;
}

static const char *calls(const CallEdge &Call) {
  return Call.Flags & CF_Implicit ? "implicitly calls" : "calls";
}

/// The steps of one edge; calls inside libraries are left out.
void FindingSink::appendEdge(Trace &T, const Edge &E) const {
  const CallEdge &Call = S.P.summary().Calls[E.Call];
  bool InLibrary = S.P.function(E.Caller).Flags & FF_External;
  std::string Callee = functionName(E.Callee);
  if (InLibrary) {
    // The step into the library says what comes out of it.
    if (!(S.P.function(E.Callee).Flags & FF_External) && !T.empty())
      T.back().Note += fmt::format(
          ", which calls {}", displayName(S.P.function(E.Callee).Entity));
    return;
  }
  TraceStep Step;
  Step.Where = place(E.Caller, Call.Loc);
  switch (E.Kind) {
  case EdgeKind::Call:
    Step.Note =
        fmt::format("{} {}", calls(Call), displayName(S.P.function(E.Callee).Entity));
    break;
  case EdgeKind::Virtual:
    Step.Note = fmt::format("calls '{}', which may be '{}'",
                            S.P.nameOf(Call.Callee).str(), Callee);
    break;
  case EdgeKind::Passed:
    if (Call.Callee != NoIndex)
      Step.Note = fmt::format("passes '{}' to '{}', which calls it", Callee,
                              S.P.nameOf(Call.Callee).str());
    else
      Step.Note = fmt::format("calls '{}'", Callee);
    break;
  case EdgeKind::Stored: {
    const StoreRecord &Store = S.Graph.stores()[E.Detail];
    std::string Slot = S.P.string(S.P.summary().Slots[Store.Slot].Display).str();
    TraceStep Stored;
    Stored.Where = place(Store.By, Store.Where);
    Stored.Note = fmt::format("'{}' is stored in '{}' here", Callee, Slot);
    T.push_back(Stored);
    Step.Note = fmt::format("runs '{}' from '{}'", Callee, Slot);
    break;
  }
  case EdgeKind::Started:
  case EdgeKind::Waited:
    Step.Note = fmt::format("starts coroutine '{}'", Callee);
    break;
  }
  T.push_back(Step);
}

/// The calls from the root to where \p Way leads.
void FindingSink::appendPath(Trace &T, const Witness &Way) const {
  llvm::SmallVector<const Edge *, 8> Path;
  for (const Witness *W = &Way; W->Via != NoIndex; W = &S.Where.at(W->From))
    Path.push_back(&S.Graph.edges()[W->Via]);
  for (const Edge *E : llvm::reverse(Path))
    appendEdge(T, *E);
}

Trace FindingSink::traceTo(const Witness &Way) const {
  Trace T;
  appendRoot(T, S.Where.roots()[Way.Root]);
  appendPath(T, Way);
  return T;
}

/// How a function came to be a root.
void FindingSink::appendRoot(Trace &T, const Root &R) const {
  if (R.Dispatch != NoIndex) {
    // Whoever dispatches to it, up to the loop. Parents come before their
    // children, so this ends.
    const Witness &Parent = S.Where.at(R.Parent);
    assert(&S.Where.roots()[Parent.Root] < &R &&
           "a root found before its parent");
    appendRoot(T, S.Where.roots()[Parent.Root]);
    appendPath(T, Parent);
    appendEdge(T, S.Graph.edges()[R.Dispatch]);
    if (R.Kind == RootKind::Coroutine)
      T.push_back(rootStep(R));
    return;
  }
  if (R.Call != NoIndex && R.By != NoIndex && R.Kind != RootKind::Loop &&
      !R.TakesGil) {
    const CallEdge &Call = S.P.summary().Calls[R.Call];
    TraceStep Step;
    Step.Where = place(R.By, Call.Loc);
    std::string Name = functionName(R.Function);
    if (Call.Kind != CallKind::Await && Call.Callee != NoIndex &&
        S.P.knowledge(Call.Callee))
      Step.Note = fmt::format("'{}' is given to '{}' here", Name,
                              S.P.nameOf(Call.Callee).str());
    else
      Step.Note = fmt::format("'{}' is started here", Name);
    T.push_back(Step);
  }
  if (R.Store != NoIndex) {
    const StoreRecord &Store = S.Graph.stores()[R.Store];
    T.push_back({place(Store.By, Store.Where),
                 fmt::format("'{}' is stored in '{}' here",
                             functionName(R.Function),
                             S.P.string(S.P.summary().Slots[Store.Slot].Display)
                                 .str())});
  }
  T.push_back(rootStep(R));
}

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
    Found.push_back({place(R.In, R.Where),
                     R.Down.empty()
                         ? NoIndex
                         : S.Graph.edges()[R.Down.front()].Callee});
  while (!Work.empty() && Found.size() < MaxRoots) {
    auto [F, Onward] = Work.pop_back_val();
    if (S.P.isCoroutine(F))
      continue;
    // A handler is a root: its dispatcher is not one more way in.
    bool IsHandler = S.Where.witness(F).Via == NoIndex &&
                     rootOf(F).Dispatch != NoIndex;
    for (uint32_t Index : S.Graph.callers(F)) {
      const Edge &E = S.Graph.edges()[Index];
      if (IsHandler && (E.Kind == EdgeKind::Stored ||
                        E.Kind == EdgeKind::Virtual))
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
static constexpr uint32_t MaxCost = 40;

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

void FindingSink::add(const Report &R) {
  assert(Current && "add() outside of run()");
  if (!S.Where.isOnLoop(R.In))
    return;
  const Witness &Way = S.Where.witness(R.In, R.Call);
  const Root &Rt = S.Where.roots()[Way.Root];
  Finding F;
  F.Check = Current->Name.str();
  F.ContextKind = Rt.Kind;
  F.Context = place(Rt.Function, Rt.Kind == RootKind::Loop
                                     ? S.P.loops(Rt.Function)[Rt.Loop - 1].Loc
                                     : S.P.function(Rt.Function).Loc);
  F.Kind = R.What.Kind;
  F.How = R.What.Severity;
  F.Cost = Way.Cost;
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

  F.Way = traceTo(Way);
  for (uint32_t Index : R.Down)
    appendEdge(F.Way, S.Graph.edges()[Index]);
  F.Way.push_back({F.Sink, R.SinkNote});
  F.Way.insert(F.Way.end(), R.Extra.begin(), R.Extra.end());

  // The call in the root that leads to the sink.
  FunctionIndex At = R.In;
  Location Where = R.Where;
  FunctionIndex First = R.Down.empty() ? NoIndex
                                       : S.Graph.edges()[R.Down.front()].Callee;
  for (const Witness *W = &Way; W->Via != NoIndex; W = &S.Where.at(W->From)) {
    const Edge &E = S.Graph.edges()[W->Via];
    First = At;
    At = E.Caller;
    Where = S.P.summary().Calls[E.Call].Loc;
  }
  F.Where = place(At, Where);
  auto MessageAt = [&](FunctionIndex Callee) {
    return Callee == NoIndex ? R.Message
                             : fmt::format("'{}' {}", functionName(Callee),
                                           R.MessageFromCaller);
  };
  F.Message = MessageAt(First);
  std::vector<WayIn> Ways = rootsOf(R);
  if (llvm::none_of(Ways, [&](const WayIn &W) {
        return samePlace(W.Root, F.Where);
      }))
    Ways.insert(Ways.begin(), {F.Where, First});
  for (WayIn &W : Ways) {
    F.RootMessages.push_back(MessageAt(W.Callee));
    F.Roots.push_back(std::move(W.Root));
  }
  std::string Key = R.GroupKey.empty()
                        ? std::string()
                        : fmt::format("{}/{}", Current->Name.str(), R.GroupKey);
  Trace WayElsewhere;
  for (uint32_t Index : R.Down)
    appendEdge(WayElsewhere, S.Graph.edges()[Index]);
  WayElsewhere.push_back({F.Sink, R.SinkNote});
  llvm::append_range(WayElsewhere, R.Extra);
  Entries.push_back({std::move(F), std::move(Key), std::move(WayElsewhere),
                     R.Supersedes});
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
  for (const Entry &E : Entries)
    See(E.F);
}

//===----------------------------------------------------------------------===//
// Grouping
//===----------------------------------------------------------------------===//

/// What a person would call the same finding after moving lines about.
std::string FindingSink::fingerprint(const Finding &F, unsigned Ordinal) const {
  std::string Text =
      fmt::format("{}|{}|{}|{}|{}", F.Check, name(F.Kind), F.Sink.Function,
                  F.SinkFunction, Ordinal);
  return "1:" + llvm::utohexstr(llvm::xxh3_64bits(Text), /*LowerCase=*/true,
                                /*Width=*/16);
}

static bool sameSink(const Finding &A, const Finding &B) {
  return A.Check == B.Check && A.Sink.File == B.Sink.File &&
         A.Sink.Line == B.Sink.Line && A.Sink.Column == B.Sink.Column &&
         A.SinkFunction == B.SinkFunction;
}

/// Better to show first: surer, worse, likelier, nearer.
static auto quality(const Finding &F) {
  return std::tuple(-int(F.Sure), -int(F.How), F.Cost, F.Way.size(), F.Where.File,
                    F.Where.Line, F.Where.Column);
}

/// Roots by function: two calls of one root are one way in.
static void addRoots(Finding &To, const Finding &From) {
  for (size_t I = 0; I < From.Roots.size(); ++I) {
    const Place &P = From.Roots[I];
    if (llvm::any_of(To.Roots, [&](const Place &Known) {
          return Known.File == P.File && Known.Function == P.Function;
        }))
      continue;
    To.Roots.push_back(P);
    To.RootMessages.push_back(From.RootMessages[I]);
  }
}

/// One finding of two about the same object, or the same line: it shows the
/// worse.
void FindingSink::merge(Finding &Into, Finding &&Other) {
  if (Other.How > Into.How || (Other.How == Into.How && Other.Sure > Into.Sure))
    std::swap(Into, Other);
  Into.Further.push_back(
      {Other.Kind, Other.Sink.Function, Other.SinkFunction, ""});
  llvm::append_range(Into.Further, Other.Further);
  Into.Mend = bothFixes(std::move(Into.Mend), std::move(Other.Mend));
  auto AddAlso = [&](const Place &P) {
    bool Known = P.File == Into.Sink.File && P.Line == Into.Sink.Line;
    for (const Place &A : Into.Also)
      Known |= A.File == P.File && A.Line == P.Line;
    if (!Known)
      Into.Also.push_back(P);
  };
  AddAlso(Other.Sink);
  for (const Place &P : Other.Also)
    AddAlso(P);
  llvm::sort(Into.Also, [](const Place &A, const Place &B) {
    return std::tie(A.File, A.Line, A.Column) <
           std::tie(B.File, B.Line, B.Column);
  });
  addRoots(Into, Other);
}

/// Each once, and none that is called as the sink is.
static void tidyFurther(Finding &F) {
  auto Key = [](const FurtherCall &C) {
    return std::tie(C.In, C.Function, C.Kind);
  };
  llvm::erase_if(F.Further, [&](const FurtherCall &C) {
    return Key(C) == std::tie(F.Sink.Function, F.SinkFunction, F.Kind);
  });
  llvm::sort(F.Further, [&](const FurtherCall &A, const FurtherCall &B) {
    return Key(A) < Key(B);
  });
  F.Further.erase(std::unique(F.Further.begin(), F.Further.end(),
                              [&](const FurtherCall &A, const FurtherCall &B) {
                                return Key(A) == Key(B);
                              }),
                  F.Further.end());
}

/// Findings are numbered before the calls that they stand for besides: these
/// change no other's fingerprint.
void FindingSink::giveFingerprints(
    llvm::MutableArrayRef<Finding> Findings) const {
  std::map<std::string, unsigned> Ordinals;
  auto Next = [&](const Finding &F) {
    return fingerprint(F, Ordinals[fingerprint(F, 0)]++);
  };
  for (Finding &F : Findings)
    F.Fingerprint = Next(F);
  for (Finding &F : Findings) {
    tidyFurther(F);
    for (FurtherCall &C : F.Further) {
      Finding Alone;
      Alone.Check = F.Check;
      Alone.Kind = C.Kind;
      Alone.Sink.Function = C.In;
      Alone.SinkFunction = C.Function;
      C.Fingerprint = Next(Alone);
    }
  }
}

/// Where one check says why a call never returns, another need not say that it
/// blocks. A guess supersedes nothing.
void FindingSink::dropSuperseded() {
  auto Sink = [](const Finding &F) {
    return std::tuple(F.Sink.File, F.Sink.Line, F.Sink.Column, F.SinkFunction);
  };
  std::map<decltype(Sink(Entries[0].F)), std::string> By;
  for (const Entry &E : Entries)
    if (E.Supersedes && E.F.Sure != FindingConfidence::Low)
      By.try_emplace(Sink(E.F), E.F.Check);
  llvm::erase_if(Entries, [&](const Entry &E) {
    auto It = By.find(Sink(E.F));
    return It != By.end() && It->second != E.F.Check;
  });
}

std::vector<Finding>
FindingSink::take(llvm::function_ref<bool(Finding &)> Keep) {
  // Each by itself, so that accepting one does not hide others of its group.
  llvm::erase_if(Entries, [&](Entry &E) {
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
  dropSuperseded();
  // One finding per sink; then one per object.
  llvm::sort(Entries, [](const Entry &A, const Entry &B) {
    auto Sink = [](const Finding &F) {
      return std::tie(F.Check, F.Sink.File, F.Sink.Line, F.Sink.Column,
                      F.SinkFunction);
    };
    if (Sink(A.F) != Sink(B.F))
      return Sink(A.F) < Sink(B.F);
    return quality(A.F) < quality(B.F);
  });
  std::vector<Entry> BySink;
  for (Entry &E : Entries) {
    if (!BySink.empty() && sameSink(BySink.back().F, E.F)) {
      addRoots(BySink.back().F, E.F);
      // Another body of the same text, where it means something else.
      if (BySink.back().F.Mend != E.F.Mend)
        BySink.back().F.Mend.reset();
      continue;
    }
    BySink.push_back(std::move(E));
  }
  Entries.clear();

  std::map<std::string, size_t> ByKey;
  std::vector<Finding> Out;
  for (Entry &E : BySink) {
    // What members of one class do on one line is one finding as well: the
    // constructor and the ++ of a directory iterator.
    llvm::StringRef Class = llvm::StringRef(E.F.SinkFunction).rsplit("::").first;
    std::vector<std::string> Keys = {
        fmt::format("{}/{}:{}/{}/{}", E.F.Check, E.F.Sink.File, E.F.Sink.Line,
                    name(E.F.Kind), Class.str())};
    // And so is one call in a root that leads to the same function in many
    // places of one file: the hundred fwrites of one save. What always blocks
    // is worth looking at in each place.
    if (E.F.How != Tier::Always && E.F.Kind != Category::Cpu)
      Keys.push_back(fmt::format("{}/{}:{}:{}/{}/{}", E.F.Check, E.F.Where.File,
                                 E.F.Where.Line, E.F.Where.Column,
                                 E.F.SinkFunction, E.F.Sink.File));
    if (!E.GroupKey.empty())
      Keys.push_back(E.GroupKey);
    size_t At = Out.size();
    for (const std::string &Key : Keys)
      if (auto It = ByKey.find(Key); It != ByKey.end() && At == Out.size())
        At = It->second;
    for (std::string &Key : Keys)
      ByKey.try_emplace(std::move(Key), At);
    if (At < Out.size())
      merge(Out[At], std::move(E.F));
    else
      Out.push_back(std::move(E.F));
  }
  llvm::sort(Out, [](const Finding &A, const Finding &B) {
    auto Key = [](const Finding &F) {
      return std::tie(F.Where.File, F.Where.Line, F.Where.Column, F.Check,
                      F.Sink.File, F.Sink.Line, F.Sink.Column, F.SinkFunction);
    };
    return Key(A) < Key(B);
  });
  giveFingerprints(Out);
  return Out;
}

} // namespace nostall
