//===- TraceWriter.cpp - ways in words --------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/TraceWriter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <fmt/format.h>

namespace nostall {

std::string TraceWriter::functionName(FunctionIndex F) const {
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

Place TraceWriter::place(FunctionIndex F, const Location &At) const {
  return {F == NoIndex ? "" : functionName(F), DisplayPath(S.P.file(At.File)),
          At.Line, At.Column};
}

std::string TraceWriter::displayName(EntityIndex E) const {
  llvm::StringRef Name = S.P.nameOf(E);
  uint32_t Flags = S.P.entity(E).Flags;
  if (Flags & (EF_Constructor | EF_Destructor))
    return fmt::format("the {} of '{}'",
                       Flags & EF_Constructor ? "constructor" : "destructor",
                       Name.rsplit("::").first.str());
  return fmt::format("'{}'", Name.str());
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

TraceStep TraceWriter::rootStep(const Root &R) const {
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
      Step.Note = fmt::format("Python calls '{}', which holds the GIL", Name);
    }
    break;
  }
  return Step;
}

static const char *calls(const CallEdge &Call) {
  return Call.Flags & CF_Implicit ? "implicitly calls" : "calls";
}

/// Where else on the loop the stored callable that \p E runs is run. Which of
/// the places runs this one of the member's callables, the program decides
/// while it runs: the one that is shown is only the nearest.
std::string TraceWriter::otherRunners(const Edge &E) const {
  llvm::SmallVector<const Edge *, 4> Others;
  SlotIndex Slot = S.Graph.stores()[E.Detail].Slot;
  auto IsKnown = [&](const Edge &Other) {
    return Other.Call == E.Call || llvm::any_of(Others, [&](const Edge *O) {
             return O->Call == Other.Call;
           });
  };
  for (uint32_t Index : S.Graph.callers(E.Callee)) {
    const Edge &Other = S.Graph.edges()[Index];
    if (Other.Kind == EdgeKind::Stored && !IsKnown(Other) &&
        S.Graph.stores()[Other.Detail].Slot == Slot &&
        !(S.P.function(Other.Caller).Flags & FF_External) &&
        S.Where.isCallOnLoop(Other.Caller,
                             Other.Call - S.P.function(Other.Caller).FirstCall))
      Others.push_back(&Other);
  }
  if (Others.empty())
    return "";
  constexpr size_t MaxNamed = 2;
  std::string Text;
  for (const Edge *O : llvm::ArrayRef(Others).take_front(MaxNamed)) {
    Place At = place(O->Caller, S.P.summary().Calls[O->Call].Loc);
    Text += fmt::format("{}'{}' ({}:{})", Text.empty() ? "" : ", ", At.Function,
                        At.File, At.Line);
  }
  if (Others.size() > MaxNamed)
    Text += fmt::format(" and {} more", Others.size() - MaxNamed);
  return "; so may " + Text;
}

void TraceWriter::appendEdge(Trace &T, const Edge &E) const {
  const CallEdge &Call = S.P.summary().Calls[E.Call];
  bool InLibrary = S.P.function(E.Caller).Flags & FF_External;
  std::string Callee = functionName(E.Callee);
  if (InLibrary) {
    // The step into the library says what comes out of it.
    if (!(S.P.function(E.Callee).Flags & FF_External) && !T.empty())
      T.back().Note += fmt::format(", which calls {}",
                                   displayName(S.P.function(E.Callee).Entity));
    return;
  }
  TraceStep Step;
  Step.Where = place(E.Caller, Call.Loc);
  switch (E.Kind) {
  case EdgeKind::Call:
    Step.Note = fmt::format("{} {}", calls(Call),
                            displayName(S.P.function(E.Callee).Entity));
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
    std::string Slot =
        S.P.string(S.P.summary().Slots[Store.Slot].Display).str();
    TraceStep Stored;
    Stored.Where = place(Store.By, Store.Where);
    Stored.Note = fmt::format("'{}' is stored in '{}' here", Callee, Slot);
    T.push_back(Stored);
    Step.Note =
        fmt::format("runs '{}' from '{}'{}", Callee, Slot, otherRunners(E));
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
void TraceWriter::appendPath(Trace &T, const Witness &Way) const {
  llvm::SmallVector<const Edge *, 8> Path;
  for (const Witness *W = &Way; W->Via != NoIndex; W = &S.Where.at(W->From))
    Path.push_back(&S.Graph.edges()[W->Via]);
  for (const Edge *E : llvm::reverse(Path))
    appendEdge(T, *E);
}

Trace TraceWriter::traceTo(const Witness &Way) const {
  Trace T;
  appendRoot(T, S.Where.roots()[Way.Root]);
  appendPath(T, Way);
  return T;
}

/// Where the root was given to whoever runs it.
void TraceWriter::appendRegistration(Trace &T, const Root &R) const {
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
    T.push_back(
        {place(Store.By, Store.Where),
         fmt::format(
             "'{}' is stored in '{}' here", functionName(R.Function),
             S.P.string(S.P.summary().Slots[Store.Slot].Display).str())});
  }
}

/// How a function came to be a root.
void TraceWriter::appendRoot(Trace &T, const Root &R) const {
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
  appendRegistration(T, R);
  T.push_back(rootStep(R));
}

} // namespace nostall
